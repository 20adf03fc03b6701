using System.Text;
using Slipway.Linux.Files;
using static Slipway.Linux.Mounts.MountCalls;

namespace Slipway.Linux.Mounts;

/// <summary>A file system being configured (fsopen(2), fsconfig(2), fsmount(2)). The mount that comes of it is attached nowhere
/// and is gone when its handle closes.</summary>
public sealed unsafe class FsContext : IDisposable
{
    private readonly SafeFd _context;
    private readonly string _fileSystem;

    private FsContext(SafeFd context, string fileSystem) => (_context, _fileSystem) = (context, fileSystem);

    /// <summary>Begins with a file system's name, such as <c>overlay</c>.</summary>
    public static FsContext Open(string fileSystem)
    {
        fixed (byte* name = CName.Path(Encoding.UTF8.GetBytes(fileSystem), stackalloc byte[CName.StackSize]))
            return new(Check.Fd(Fsopen(name), "fsopen", fileSystem), fileSystem);
    }

    /// <summary>Sets an option with a value.</summary>
    public void Set(string key, string value) => Set(key, Encoding.UTF8.GetBytes(value));

    /// <inheritdoc cref="Set(string, string)"/>
    public void Set(string key, ReadOnlySpan<byte> value)
    {
        if (!TrySet(key, value, out LinuxException? error))
            throw error!;
    }

    /// <summary>Sets an option with a value; false with the error where the kernel refuses it (an option that it is too old for: EINVAL).</summary>
    public bool TrySet(string key, ReadOnlySpan<byte> value, out LinuxException? error)
    {
        fixed (byte* k = CName.Path(Encoding.UTF8.GetBytes(key), stackalloc byte[CName.StackSize]))
        fixed (byte* v = CName.Path(value, stackalloc byte[CName.StackSize]))
            error = Fsconfig(_context.Number, FSCONFIG_SET_STRING, k, v, 0) == -1 ? Explain($"set {key} of", Check.LastErrno) : null;
        return error is null;
    }

    /// <summary>Sets an option of a context that somebody else made (fsconfig(2)).</summary>
    public static void Configure(SafeFd context, string key, string value)
    {
        fixed (byte* k = CName.Path(Encoding.UTF8.GetBytes(key), stackalloc byte[CName.StackSize]))
        fixed (byte* v = CName.Path(Encoding.UTF8.GetBytes(value), stackalloc byte[CName.StackSize]))
            Check.Result(Fsconfig(context.Number, FSCONFIG_SET_STRING, k, v, 0), "fsconfig", key);
    }

    /// <summary>Sets an option without a value.</summary>
    public void SetFlag(string key)
    {
        fixed (byte* k = CName.Path(Encoding.UTF8.GetBytes(key), stackalloc byte[CName.StackSize]))
        {
            if (Fsconfig(_context.Number, FSCONFIG_SET_FLAG, k, null, 0) == -1)
                throw Explain($"set {key} of", Check.LastErrno);
        }
    }

    /// <summary>Makes the mount.</summary>
    public SafeFd Mount(MountAttributes attributes)
    {
        if (Fsconfig(_context.Number, FSCONFIG_CMD_CREATE, null, null, 0) == -1)
            throw Explain("create", Check.LastErrno);
        return Check.Fd(Fsmount(_context.Number, (uint)attributes), "fsmount", _fileSystem);
    }

    /// <inheritdoc/>
    public void Dispose() => _context.Dispose();

    // The context holds the kernel's own words for what went wrong, one message a read, such as "e overlay: …".
    private LinuxException Explain(string act, Errno errno)
    {
        Span<byte> message = stackalloc byte[512];
        string text = "";
        fixed (byte* p = message)
        {
            nint length = FileCalls.Read(_context.Number, p, (nuint)message.Length);
            if (length > 0)
                text = ": " + Encoding.UTF8.GetString(message[..(int)length]).Trim();
        }
        return new(act, errno, _fileSystem + text);
    }
}
