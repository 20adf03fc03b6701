using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;

namespace Slipway.Store.Snapshots;

/// <summary>Where an overlay's directories are looked up: not where the host has them, but below another mount of the same files, which shows them differently.</summary>
/// <param name="Mount">The mount, seen in this thread's mount namespace.</param>
/// <param name="Path">The directory of the host that it shows: those of the overlay are below it.</param>
public sealed record OverlayPlaces(DirFd Mount, string Path)
{
    /// <summary>Opens a directory by the path that it has on the host.</summary>
    internal SafeFd Open(string path) =>
        Mount.OpenPath(Encoding.UTF8.GetBytes(System.IO.Path.GetRelativePath(Path, path)), OpenFlags.Path | OpenFlags.Directory, 0, Resolve.Beneath);
}
