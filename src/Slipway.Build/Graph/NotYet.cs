using Slipway.Build.Dockerfile;

namespace Slipway.Build.Graph;

/// <summary>The parts of the language that are read but not built yet. Each is refused by name; none is quietly ignored.</summary>
internal static class NotYet
{
    public static void Check(Instruction instruction, Func<string, Exception> error)
    {
        if (What(instruction) is { } what)
            throw error($"{what} is not supported yet");
    }

    private static string? What(Instruction instruction) => instruction switch
    {
        HealthcheckInstruction { Command: not null } => "HEALTHCHECK",
        OnbuildInstruction => "ONBUILD",
        { Node.Heredocs.Count: > 0 } => $"a heredoc in {instruction.Node.Keyword}",
        RunInstruction run => InRun(run),
        CopyInstruction copy => InCopy(copy),
        _ => null,
    };

    private static string? InRun(RunInstruction run) =>
        run.Mounts.Count > 0 ? "RUN --mount"
        : run.Devices.Count > 0 ? "RUN --device"
        : run.Security == "insecure" ? "RUN --security=insecure"
        : run.Network == "host" ? "RUN --network=host"
        : null;

    private static string? InCopy(CopyInstruction copy)
    {
        string keyword = copy.Node.Keyword;
        CopyOptions o = copy.Options;
        return o.Link ? $"{keyword} --link"
            : o.Parents ? $"{keyword} --parents"
            : o.Excludes.Count > 0 ? $"{keyword} --exclude"
            : o.Checksum is not null ? $"{keyword} --checksum"
            : o.KeepGitDir ? $"{keyword} --keep-git-dir"
            : o.Unpack is not null ? $"{keyword} --unpack"
            : copy.Sources.FirstOrDefault(IsRemote) is { } remote && copy.IsAdd ? $"{keyword} of a URL ({Linux.Printable.Escape(remote)})"
            : null;
    }

    /// <summary>Whether a source is a URL or a git remote rather than a path.</summary>
    public static bool IsRemote(string source) =>
        source.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || source.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        || source.StartsWith("git@", StringComparison.Ordinal) || source.StartsWith("git://", StringComparison.Ordinal) || source.StartsWith("ssh://", StringComparison.Ordinal);
}
