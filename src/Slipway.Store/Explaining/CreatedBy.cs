namespace Slipway.Store.Explaining;

/// <summary>The Dockerfile's instruction out of a history's <c>created_by</c>, as docker's two builders, buildah and ours write it.</summary>
internal static class CreatedBy
{
    private const string Shell = "/bin/sh -c ", NoOperation = "#(nop) ";

    public static string Instruction(string createdBy)
    {
        string text = createdBy.Trim();
        foreach (string maker in (ReadOnlySpan<string>)[" # buildkit", " # slipway"])
        {
            if (text.EndsWith(maker, StringComparison.Ordinal))
                text = text[..^maker.Length].TrimEnd();
        }
        if (text.StartsWith("RUN ", StringComparison.Ordinal))
            return "RUN " + Command(text["RUN ".Length..]);
        // Docker's older builder: everything is a shell's, and what is none says so. Arguments of the build stand before it.
        if (!text.StartsWith(Shell, StringComparison.Ordinal) && !text.StartsWith('|'))
            return text;
        string command = Command(text);
        return command.StartsWith(NoOperation, StringComparison.Ordinal) ? command[NoOperation.Length..].Trim() : "RUN " + command;
    }

    // |N NAME=value … before the shell are the arguments of the build, without quotes: where they end can't be told but by the shell.
    private static string Command(string text)
    {
        if (text.StartsWith('|') && text.IndexOf(" " + Shell, StringComparison.Ordinal) is >= 0 and int at)
            text = text[(at + 1)..];
        return text.StartsWith(Shell, StringComparison.Ordinal) ? text[Shell.Length..].Trim() : text;
    }
}
