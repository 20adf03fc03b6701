using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Users;

/// <summary>HOME for a process whose environment has none, from the container's passwd file, as callers expect of a runtime.</summary>
internal static class HomeDirectory
{
    private const string Name = "HOME=";

    /// <summary>The process with a HOME: its own, or what the passwd file has for its user, else <c>/</c>. Nothing in that file fails a start.</summary>
    /// <param name="process">The process.</param>
    /// <param name="root">The root directory; only read below.</param>
    public static ProcessSpec Complete(ProcessSpec process, string root)
    {
        IReadOnlyList<string> variables = process.Env ?? [];
        if (variables.Any(static variable => variable.StartsWith(Name, StringComparison.Ordinal) && variable.Length > Name.Length))
            return process;
        return process with { Env = [.. variables.Where(static variable => variable != Name), Name + Of(process.User.Uid, root)] };
    }

    private static string Of(uint uid, string root)
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
