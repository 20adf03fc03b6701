using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Mounts;
using Slipway.Oci;

namespace Slipway.Build.Solving.Mounts;

/// <summary>
/// A secret as a file to mount: in memory, and without a name anywhere on the host, so that it is gone with the last descriptor however a build
/// ends.
/// </summary>
internal static class SecretFile
{
    private const long TmpfsMagic = 0x01021994;
    private const uint DefaultMode = 0b100_000_000;

    /// <summary>The tree of a file that holds a secret.</summary>
    /// <param name="value">The secret.</param>
    /// <param name="owner">Who may read it.</param>
    /// <param name="mode">Permission bits; null: the owner may read it, and nobody else.</param>
    /// <param name="places">Directories, of which the first in memory is taken.</param>
    /// <exception cref="SlipwayException">NotSupported: none of them is in memory.</exception>
    public static SafeFd Open(ReadOnlySpan<byte> value, Owner owner, uint? mode, IEnumerable<string> places)
    {
        string place = places.FirstOrDefault(IsInMemory)
            ?? throw new SlipwayException(ErrorKind.NotSupported, "a secret needs a directory in memory (tmpfs), and neither the run root nor /dev/shm is one");
        using SafeFd file = FileDescriptor.Open(place, OpenFlags.TempFile | OpenFlags.ReadWrite, DefaultMode);
        file.SetOwner(owner.Uid, owner.Gid);
        file.SetMode(mode ?? DefaultMode);
        file.WriteAt(value, 0);
        SafeFd tree = MountTree.Clone(file);
        MountTree.SetAttributes(tree, MountAttributes.ReadOnly | MountAttributes.NoSetuid | MountAttributes.NoDevices | MountAttributes.NoExecute);
        return tree;
    }

    private static bool IsInMemory(string directory)
    {
        if (!Directory.Exists(directory))
            return false;
        using SafeFd place = FileDescriptor.Open(directory, OpenFlags.Path | OpenFlags.Directory);
        return place.FileSystem().Magic == TmpfsMagic;
    }
}
