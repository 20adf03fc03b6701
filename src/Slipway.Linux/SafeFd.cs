using System.Runtime.InteropServices;

namespace Slipway.Linux;

/// <summary>Owns one file descriptor and closes it once. Every descriptor of this project is opened close-on-exec.</summary>
public sealed partial class SafeFd : SafeHandle
{
    /// <summary>Takes ownership of <paramref name="fd"/>; -1 makes an invalid handle.</summary>
    public SafeFd(int fd)
        : base(-1, ownsHandle: true) => SetHandle(fd);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == -1;

    /// <summary>The number, valid while this handle is alive and open.</summary>
    public int Number => IsClosed ? throw new ObjectDisposedException(nameof(SafeFd)) : (int)handle;

    /// <summary>The path by which this process can name the open file: <c>/proc/self/fd/N</c>.</summary>
    public string ProcPath => $"/proc/self/fd/{Number}";

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Close((int)handle) == 0;

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);
}
