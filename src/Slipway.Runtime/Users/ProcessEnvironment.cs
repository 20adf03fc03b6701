using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Users;

/// <summary>What callers expect of a runtime: each variable once, and HOME from the container's passwd file where there is none.</summary>
internal static class ProcessEnvironment
{
    private const string Home = "HOME=";

    /// <summary>
    /// The process with each of its variables once, the last one said, and a HOME: its own, or what the passwd file has for its user, else
    /// <c>/</c>. Nothing in that file fails a start.
    /// </summary>
    /// <param name="process">The process.</param>
    /// <param name="root">The root directory; only read below.</param>
    public static ProcessSpec Complete(ProcessSpec process, string root)
    {
        List<string> variables = LastOfEach(process.Env ?? []);
        if (!variables.Exists(static variable => variable.StartsWith(Home, StringComparison.Ordinal) && variable.Length > Home.Length))
        {
            variables.Remove(Home);
            variables.Add(Home + HomeOf(process.User.Uid, root));
        }
        return process with { Env = variables };
    }

    private static List<string> LastOfEach(IReadOnlyList<string> variables)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        List<string> last = [.. variables.Reverse().Where(variable => seen.Add(variable.Split('=', 2)[0]))];
        last.Reverse();
        return last;
    }

    private static string HomeOf(uint uid, string root)
    {
        try
        {
            using DirFd directory = DirFd.Open(root);
            return PasswdFile.Find(directory, entry => entry.Uid == uid)?.Home is { } home && !home.Contains('\0', StringComparison.Ordinal) ? home : "/";
        }
        catch (Exception e) when (e is LinuxException or SlipwayException)
        {
            return "/";
        }
    }
}
