using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Mounts;
using Slipway.Oci;

namespace Slipway.Build.Solving.Mounts;

/// <summary>
/// A secret as a file to mount, in memory: in a file system that is attached nowhere, so that it is gone with its last descriptor however a build
/// ends. Kernels before 6.15 give no single file of such a one: there it lies in a directory of the run root, which the next slip sweeps.
/// </summary>
internal sealed class SecretFile : IDisposable
{
    private const long TmpfsMagic = 0x01021994;
    private const uint DefaultMode = 0b100_000_000;
    private readonly LockedDirectory? _directory;

    private SecretFile(SafeFd tree, LockedDirectory? directory)
    {
        Tree = tree;
        _directory = directory;
        MountTree.SetAttributes(tree, MountAttributes.ReadOnly | MountAttributes.NoSetuid | MountAttributes.NoDevices | MountAttributes.NoExecute);
    }

    /// <summary>The file, to be mounted.</summary>
    public SafeFd Tree { get; }

    /// <summary>Puts a secret into memory.</summary>
    /// <param name="value">The secret.</param>
    /// <param name="owner">Who may read it.</param>
    /// <param name="mode">Permission bits; null: the owner may read it, and nobody else.</param>
    /// <param name="runRoot">A directory in memory, for old kernels.</param>
    public static SecretFile Create(ReadOnlySpan<byte> value, Owner owner, uint? mode, string runRoot)
    {
        using FsContext context = FsContext.Open("tmpfs");
        context.Set("mode", "0700");
        context.Set("size", "1m");
        using var root = new DirFd(context.Mount(MountAttributes.None));
        using DirFd memory = root.Reopen();
        try
        {
            return new(Write(value, owner, mode, memory), null);
        }
        catch (LinuxException e) when (e.Errno == Errno.EINVAL)
        {
            return InRunRoot(value, owner, mode, runRoot);
        }
    }

    public void Dispose()
    {
        Tree.Dispose();
        _directory?.Dispose();
    }

    private static SecretFile InRunRoot(ReadOnlySpan<byte> value, Owner owner, uint? mode, string runRoot)
    {
        using SafeFd place = FileDescriptor.Open(runRoot, OpenFlags.Path | OpenFlags.Directory);
        if (place.FileSystem().Magic != TmpfsMagic)
            throw new SlipwayException(ErrorKind.NotSupported, $"a secret needs a run root in memory on this kernel, and '{runRoot}' is not on a tmpfs");
        string builds = Directory.CreateDirectory(Path.Join(runRoot, "builds")).FullName;
        var directory = LockedDirectory.Create(builds, "secret-");
        try
        {
            return new(Write(value, owner, mode, directory.Directory), directory);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    private static SafeFd Write(ReadOnlySpan<byte> value, Owner owner, uint? mode, DirFd directory)
    {
        using SafeFd file = directory.CreateFile("secret"u8, DefaultMode);
        file.SetOwner(owner.Uid, owner.Gid);
        file.SetMode(mode ?? DefaultMode);
        file.WriteAt(value, 0);
        return MountTree.Clone(file);
    }
}
