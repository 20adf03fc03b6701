using Slipway.Build.Lint;

namespace Slipway.Build.Dockerfile;

// ENV and LABEL: names and values.
internal sealed partial class InstructionParser
{
    private IReadOnlyList<KeyValue> Pairs(InstructionNode node)
    {
        List<string> words = Words.Quoted(node.Arguments, Escape);
        AtLeastOne(node, words);
        if (!words[0].Contains('=', StringComparison.Ordinal))
            return [Legacy(node, words)];
        var pairs = new List<KeyValue>(words.Count);
        foreach (string word in words)
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                throw Error(node, $"syntax error - can't find = in \"{word}\". Must be of the form: name=value");
            pairs.Add(new(NameIn(node, word[..equals]), word[(equals + 1)..]));
        }
        return pairs;
    }

    // `ENV name the rest of the line`, the form of Docker's first years.
    private KeyValue Legacy(InstructionNode node, List<string> words)
    {
        if (words.Count < 2)
            throw Error(node, $"{node.Keyword} must have two arguments");
        Warn(node, VariableRules.LegacyKeyValueFormat, node.Keyword);
        return new(NameIn(node, words[0]), node.Arguments[words[0].Length..].TrimStart());
    }

    private string NameIn(InstructionNode node, string name) =>
        name.Length > 0 ? name : throw Error(node, $"{node.Keyword} names can not be blank");
}
