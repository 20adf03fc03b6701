using System.Text;
using Slipway.Linux.Files;

namespace Slipway.Engine;

/// <summary>
/// <c>DATA/removing</c>: what is renamed to here is out of sight at once, and the slow part follows. A tree that a killed <c>slip</c> left here is
/// removed by the next one, except one whose removal was not recorded yet: that goes back.
/// </summary>
/// <param name="directory">The place; on the file system of everything that comes here.</param>
internal sealed class RemovalBin(string directory)
{
    /// <summary>Renames a directory to here; one that is not there is no error.</summary>
    public void Take(string path, string name)
    {
        if (!Directory.Exists(path))
            return;
        Trees.Remove(PathOf(name));
        using DirFd from = DirFd.Open(Path.GetDirectoryName(path)!), to = DirFd.Open(directory);
        from.Rename(Encoding.UTF8.GetBytes(Path.GetFileName(path)), to, Encoding.UTF8.GetBytes(name));
    }

    /// <summary>Removes one from the disk, unless another is at it.</summary>
    public void Empty(string name) => LockedDirectory.TakeOver(directory, Encoding.UTF8.GetBytes(name))?.Dispose();

    /// <summary>Where one lies.</summary>
    public string PathOf(string name) => Path.Combine(directory, name);

    /// <summary>Removes what killed processes left. What can't be removed now is left to the next.</summary>
    /// <param name="restore">Puts one back that should not be here, and says so.</param>
    public void Sweep(Func<string, bool> restore)
    {
        foreach (string path in Directory.EnumerateFileSystemEntries(directory))
        {
            string name = Path.GetFileName(path);
            try
            {
                if (!restore(name))
                    Empty(name);
            }
            catch (IOException)
            {
            }
        }
    }
}
