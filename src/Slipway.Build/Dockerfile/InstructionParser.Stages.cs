using Slipway.Build.Lint;

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
        if (name is not null && !(IsLower(node.Spelling) ? IsLower(words[1]) : !IsUpper(node.Spelling) || IsUpper(words[1])))
            Warn(node, StageRules.FromAsCasing, node.Spelling, words[1]);
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
            Warn(node, StageRules.ReservedStageName, name);
        if (name != written)
            Warn(node, StageRules.StageNameCasing, written);
        Describe(node, "FROM", [name]);
    }

    // A comment right above says what the stage or argument is for, if it begins with its name.
    private void Describe(InstructionNode node, string keyword, IReadOnlyList<string> names)
    {
        if (node.Comments.Count > 0 && !names.Contains(node.Comments[^1].Split(' ')[0]))
            Warn(node, StageRules.InvalidDefinitionDescription, keyword, names.Count == 1 ? names[0] : "NAME");
    }

    private ArgInstruction Arg(InstructionNode node)
    {
        IReadOnlyList<string> words = AtLeastOne(node, Words.Quoted(node.Arguments, Escape));
        ArgInstruction arg = new(node, [.. words.Select(word => ArgumentOf(node, word))]);
        Describe(node, "ARG", [.. arg.Arguments.Select(argument => argument.Name)]);
        return arg;
    }

    private static bool IsLower(string word) => word.All(c => !char.IsAsciiLetterUpper(c));

    private static bool IsUpper(string word) => word.All(c => !char.IsAsciiLetterLower(c));

    private (string Name, string? Default) ArgumentOf(InstructionNode node, string word)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? word : word[..equals];
        if (name.Length == 0)
            throw Error(node, "ARG names can not be blank");
        return (name, equals < 0 ? null : word[(equals + 1)..]);
    }
}
