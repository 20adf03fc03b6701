using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Processes;
using Slipway.Oci;

namespace Slipway.Runtime.Cgroups;

/// <content>
/// A container may be given a cgroup that others are in already, as runc allows. That is noted at the directories themselves, for all who
/// work on them, under whatever root and id they know them: none of them may then take what is in it for their own.
/// </content>
public sealed partial class Cgroup
{
    // xattr(7): the kernel keeps it as long as the directory exists, and only root can set it.
    private static ReadOnlySpan<byte> SharedMark => "trusted.slipway.shared"u8;

    /// <summary>Whether processes were in it before a container came. The others are not to be killed or stopped with that.</summary>
    public bool IsShared()
    {
        if (Paths.Count == 0)
            return false;
        try
        {
            // Any of them does: whoever sets the mark sets it in every hierarchy.
            using SafeFd directory = SmallFile.OpenDirectory(Paths[0]);
            return directory.FindXattr(SharedMark) is not null;
        }
        catch (LinuxException gone) when (gone.Errno is Errno.ENOENT or Errno.ENODEV)
        {
            return false;
        }
    }

    /// <summary>Notes that it is shared.</summary>
    /// <exception cref="SlipwayException">Conflict: that can't be noted here, and so nobody may come in.</exception>
    internal void Share()
    {
        foreach (string path in Paths)
        {
            try
            {
                using SafeFd directory = SmallFile.OpenDirectory(path);
                directory.SetXattr(SharedMark, "1"u8);
            }
            catch (LinuxException error)
            {
                throw new SlipwayException(ErrorKind.Conflict, $"container's cgroup is not empty: '{path}', and it can't be marked as shared: {LinuxException.Explain(error.Errno)}", error);
            }
        }
    }
}
