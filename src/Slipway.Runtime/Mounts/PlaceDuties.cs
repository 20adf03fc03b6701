using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Runtime.Plan;

namespace Slipway.Runtime.Mounts;

/// <summary>
/// What a child can't do for a mount whose destination is a link to nothing (<c>/etc/resolv.conf -> ../run/systemd/…</c>): follow the link by
/// hand and make what it names. The root is the child's, by descriptor, so that all of its mounts are seen.
/// </summary>
internal sealed class PlaceDuties : IDisposable
{
    private const uint FileMode = 0x1a4, DirectoryMode = 0x1ed; // 0644, 0755
    private const int MostLinks = 40; // as the kernel (path_resolution(7))

    private SafeFd? _root;

    /// <summary>Takes the root.</summary>
    public void Take(ChildWaiting child)
    {
        _root?.Dispose();
        _root = PidFd.Copy(child.Child.PidFd, child.Detail);
    }

    /// <summary>Makes the place.</summary>
    /// <exception cref="SlipwayException">Its links go in a circle, or through a file.</exception>
    public void Make(MissingPlace place)
    {
        using var root = new DirFd(_root ?? throw new InvalidOperationException("the child told of no root"));
        _root = null;
        try
        {
            Make(root, place);
        }
        catch (LinuxException error)
        {
            // Also when somebody changes the links meanwhile.
            throw Impossible(place, error.Message);
        }
    }

    public void Dispose() => _root?.Dispose();

    // Every step is one name in an open directory, and links are read and never followed: nothing can lead out (invariant I1).
    internal static void Make(DirFd root, MissingPlace place)
    {
        using var walk = new DirectoryWalk(root);
        var names = new Stack<byte[]>(Split(Encoding.UTF8.GetBytes(place.Path)).Reverse());
        int links = 0;
        while (names.TryPop(out byte[]? name))
        {
            if (name.AsSpan().SequenceEqual(".."u8))
                walk.Up();
            else if (!walk.At.TryStatus(name, out FileStatus status))
                MakeMissing(walk, name, place.IsDirectory || names.Count > 0);
            else if (status.IsSymlink)
            {
                if (++links > MostLinks)
                    throw Impossible(place, "its links go in a circle");
                byte[] target = walk.At.ReadLink(name);
                if (target.AsSpan().StartsWith("/"u8))
                    walk.ToRoot();
                foreach (byte[] part in Split(target).Reverse())
                    names.Push(part);
            }
            else if (status.IsDirectory)
                walk.Down(name);
            else if (names.Count > 0)
                throw Impossible(place, "it leads through a file");
        }
    }

    private static void MakeMissing(DirectoryWalk walk, byte[] name, bool directory)
    {
        if (!directory)
        {
            walk.At.TryMakeNode(name, FileType.Regular, FileMode);
            return;
        }
        walk.At.TryMakeDirectory(name, DirectoryMode);
        walk.Down(name);
    }

    // Names are bytes: Latin-1 has a character for each of them.
    private static IEnumerable<byte[]> Split(byte[] path) =>
        Encoding.Latin1.GetString(path).Split('/', StringSplitOptions.RemoveEmptyEntries).Where(static part => part != ".").Select(Encoding.Latin1.GetBytes);

    private static SlipwayException Impossible(MissingPlace place, string why) =>
        new(ErrorKind.InvalidArgument, $"make the mount's destination '{Printable.Escape(place.Path)}': {why}");
}
