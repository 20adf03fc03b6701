using System.Text;
using Slipway.Build.Dockerfile;
using Xunit;

namespace Slipway.Build.Tests.Dockerfile;

/// <summary>Each folder of cases/ holds a Dockerfile and the tree it must give; each of refused/ one, and the error it must give.</summary>
public sealed class SyntaxCasesTests
{
    public static TheoryData<string> Cases => Folders("cases");

    public static TheoryData<string> Refused => Folders("refused");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Parse_Case_GivesResult(string name)
    {
        SyntaxTree tree = SyntaxParser.Parse(Read("cases", name));

        Assert.Equal(File.ReadAllText(PathOf("cases", name, "result")), Dump(tree));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Parse_Refused_NamesLine(string name)
    {
        var error = Assert.Throws<DockerfileException>(() => InstructionParser.Parse(SyntaxParser.Parse(Read("refused", name))));

        Assert.StartsWith(File.ReadAllText(PathOf("refused", name, "result")).TrimEnd(), $"{error.Lines.First}: {error.Sentence}", StringComparison.Ordinal);
        Assert.StartsWith($"Dockerfile:{error.Position.Line}:{error.Position.Column}: ", error.Message, StringComparison.Ordinal);
    }

    private static TheoryData<string> Folders(string kind) =>
        new(Directory.GetDirectories(Path.Join(AppContext.BaseDirectory, "Dockerfile", kind)).Select(path => Path.GetFileName(path)!).Order());

    private static DockerfileSource Read(string kind, string name) =>
        DockerfileReader.Decode("Dockerfile", File.ReadAllBytes(PathOf(kind, name, "Dockerfile")));

    private static string PathOf(string kind, string name, string file) => Path.Join(AppContext.BaseDirectory, "Dockerfile", kind, name, file);

    private static string Dump(SyntaxTree tree)
    {
        var text = new StringBuilder();
        foreach (InstructionNode node in tree.Nodes)
        {
            string flags = string.Concat(node.Flags.Select(flag => flag.Value is null ? $" --{flag.Name}" : $" --{flag.Name}={flag.Value}"));
            text.Append($"{node.Lines} {node.Keyword}{flags} | {node.Arguments}\n");
            foreach (Heredoc heredoc in node.Heredocs)
                text.Append($"  <<{heredoc.Name}{(heredoc.Expand ? " expand" : "")} fd={heredoc.Descriptor} \"{heredoc.Text.Replace("\n", "\\n", StringComparison.Ordinal)}\"\n");
        }
        foreach (DockerfileWarning warning in tree.Linter.Findings)
            text.Append($"warning {warning.Lines} {warning.Rule}\n");
        return text.ToString();
    }
}
