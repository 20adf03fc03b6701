namespace Slipway.Build.Dockerfile;

// FROM and ARG: what a stage begins with, and what it may be told.
internal sealed partial class InstructionParser
{
    private FromInstruction From(InstructionNode node, InstructionFlags flags)
    {
        string[] words = Words.AtBlanks(node.Arguments);
        string? name = words.Length switch
        {
            1 => null,
            3 when words[1].Equals("AS", StringComparison.OrdinalIgnoreCase) => words[2].ToLowerInvariant(),
            _ => throw Error(node, "FROM requires either one or three arguments"),
        };
        if (name is not null)
            CheckStageName(node, name, words[2]);
        return new(node, words[0], name, flags.Take("platform"));
    }

    private void CheckStageName(InstructionNode node, string name, string written)
    {
        bool valid = char.IsAsciiLetterLower(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');
        if (!valid)
            throw Error(node, $"invalid name for build stage: '{written}', name can't start with a number or contain symbols");
        if (name is "scratch" or "context")
            Warn(node, "ReservedStageName", $"stage name should not use the reserved name '{name}'");
        if (name != written)
            Warn(node, "StageNameCasing", $"stage name '{written}' should be lowercase");
    }

    private ArgInstruction Arg(InstructionNode node)
    {
        IReadOnlyList<string> words = AtLeastOne(node, Words.Quoted(node.Arguments, Escape));
        return new(node, [.. words.Select(word => ArgumentOf(node, word))]);
    }

    private (string Name, string? Default) ArgumentOf(InstructionNode node, string word)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? word : word[..equals];
        if (name.Length == 0)
            throw Error(node, "ARG names can not be blank");
        return (name, equals < 0 ? null : word[(equals + 1)..]);
    }
}
