using Slipway.Build.Dockerfile;

namespace Slipway.Build.Lint;

/// <summary>Whether all instructions are spelt in the case that most are.</summary>
internal static class CasingCheck
{
    public static void Run(ParsedDockerfile file)
    {
        List<InstructionNode> nodes = [.. file.Stages.SelectMany(stage => stage.Body.Select(instruction => instruction.Node).Prepend(stage.From.Node))];
        bool wantsLower = nodes.Count(node => IsLower(node.Spelling)) > nodes.Count(node => node.Spelling == node.Keyword);
        foreach (InstructionNode node in nodes.Where(node => wantsLower ? !IsLower(node.Spelling) : node.Spelling != node.Keyword))
            file.Linter.Report(InstructionRules.ConsistentInstructionCasing, node, node.Spelling, wantsLower ? "lower-case" : "upper-case");
    }

    private static bool IsLower(string word) => !word.Any(char.IsUpper);
}
