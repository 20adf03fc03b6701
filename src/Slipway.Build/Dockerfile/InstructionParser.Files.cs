namespace Slipway.Build.Dockerfile;

// COPY, ADD and VOLUME: what touches files.
internal sealed partial class InstructionParser
{
    private CopyInstruction Copy(InstructionNode node, InstructionFlags flags)
    {
        string[]? json = Words.TryJson(node.Arguments);
        string[] words = json ?? Words.AtBlanks(node.Arguments);
        if (words.Length < 2)
            throw Error(node, $"{node.Keyword} requires at least two arguments, but only {(words.Length == 0 ? "none" : "one")} was provided. Destination could not be determined");
        string destination = words[^1];
        if (json is null && IsDocument(destination))
            throw Error(node, $"{node.Keyword} can't have a heredoc as its destination");
        bool isAdd = node.Keyword == "ADD";
        string[] sources = json is null ? [.. words[..^1].Where(word => !IsDocument(word))] : words[..^1];
        string? from = isAdd ? null : flags.Take("from");
        if (from?.Contains('$', StringComparison.Ordinal) == true)
            throw Error(node, "variables are not expanded in --from: name a stage with FROM, using an ARG from before the first FROM, and copy from that");
        return new(node, sources, node.Heredocs, destination, from, flags.Take("chown"), flags.Take("chmod"), Options(flags, isAdd));
    }

    private static bool IsDocument(string word) => HeredocReader.TryParse(word) is not null;

    private static CopyOptions Options(InstructionFlags flags, bool isAdd) => new(
        flags.TakeBool("link"),
        !isAdd && flags.TakeBool("parents"),
        flags.TakeAll("exclude"),
        isAdd ? flags.Take("checksum") : null,
        isAdd ? flags.TakeOptionalBool("keep-git-dir") : null,
        isAdd ? flags.TakeOptionalBool("unpack") : null);

    private VolumeInstruction Volume(InstructionNode node)
    {
        IReadOnlyList<string> paths = AtLeastOne(node, Words.TryJson(node.Arguments) ?? Words.AtBlanks(node.Arguments));
        return paths.Any(string.IsNullOrWhiteSpace) ? throw Error(node, "VOLUME specified can not be an empty string") : new(node, paths);
    }
}
