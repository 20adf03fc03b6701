using System.Text;
using Slipway.Linux.Files;

namespace Slipway.Engine;

/// <summary>Whole directory trees of the engine's own.</summary>
internal static class Trees
{
    /// <summary>Removes a file or a tree, following no link out of it; nothing there is no error.</summary>
    public static void Remove(string path)
    {
        if (!Directory.Exists(path))
            return;
        using DirFd parent = DirFd.Open(Path.GetDirectoryName(path)!);
        parent.RemoveTree(Encoding.UTF8.GetBytes(Path.GetFileName(path)));
    }
}
