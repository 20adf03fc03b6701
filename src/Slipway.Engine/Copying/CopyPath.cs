using System.Text;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Engine.Copying;

/// <summary>Paths as <c>cp</c> gets them. Only tidied here; where they lead is the kernel's to say, beneath a root.</summary>
internal static class CopyPath
{
    /// <summary>Without leading and trailing slashes and single dots.</summary>
    public static string Clean(string path) => string.Join('/', path.Split('/').Where(p => p.Length > 0 && p != "."));

    public static (string Parent, string Name) Split(string clean)
    {
        int slash = clean.LastIndexOf('/');
        return slash < 0 ? (".", clean) : (clean[..slash], clean[(slash + 1)..]);
    }

    /// <summary>
    /// Where a path leads whose last name may be a link, and that one's target's too: to what is no link, or to what isn't there. Always beneath
    /// the root: a link's absolute target begins there, and no <c>..</c> leaves it.
    /// </summary>
    /// <exception cref="SlipwayException">InvalidArgument: links that lead to each other.</exception>
    public static string Follow(DirFd root, string path)
    {
        // The kernel's own bound (path_resolution(7)).
        const int MostLinks = 40;
        string at = Clean(path);
        for (int links = 0; links < MostLinks; links++)
        {
            (string parent, string name) = Split(at);
            using DirFd? directory = root.TryOpenDirectory(Encoding.UTF8.GetBytes(parent), Resolve.InRoot);
            byte[] last = Encoding.UTF8.GetBytes(name);
            if (directory is null || name is "" or ".." || !directory.TryStatus(last, out FileStatus status) || !status.IsSymlink)
                return at;
            string target = Encoding.UTF8.GetString(directory.ReadLink(last));
            at = target.StartsWith('/') ? Clean(target) : parent == "." ? Clean(target) : $"{parent}/{Clean(target)}";
            // "..": the kernel walks these, as a directory.
            if (at.Length == 0)
                return ".";
        }
        throw new SlipwayException(ErrorKind.InvalidArgument, $"'{path}': too many links");
    }
}
