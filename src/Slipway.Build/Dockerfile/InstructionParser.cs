using Slipway.Build.Lint;

namespace Slipway.Build.Dockerfile;

/// <summary><see cref="SyntaxTree"/> to <see cref="ParsedDockerfile"/>: each instruction's own rules, and the division into stages.</summary>
internal sealed partial class InstructionParser
{
    private static readonly string[] s_keywords =
    [
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL",
        "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    ];

    private readonly SyntaxTree _tree;

    private InstructionParser(SyntaxTree tree) => _tree = tree;

    private char Escape => _tree.Directives.Escape;

    /// <summary>Understands the whole tree.</summary>
    /// <exception cref="DockerfileException">InvalidArgument: an unknown instruction or flag, wrong arguments, nothing to build from.</exception>
    public static ParsedDockerfile Parse(SyntaxTree tree) => new InstructionParser(tree).Run();

    /// <summary>Understands the one instruction of an ONBUILD.</summary>
    /// <param name="trigger">Its text.</param>
    /// <param name="escape">The escape character that it was written with.</param>
    /// <param name="origin">Where it takes effect: its errors and findings stand there.</param>
    /// <param name="source">The Dockerfile where that is.</param>
    /// <exception cref="DockerfileException">InvalidArgument: not one instruction that may be a trigger.</exception>
    public static Instruction ParseTrigger(string trigger, char escape, InstructionNode origin, DockerfileSource source)
    {
        try
        {
            // No directive of its own: a first line that looks like one is a comment.
            SyntaxTree tree = SyntaxParser.ParseTrigger(new DockerfileSource("ONBUILD", trigger), escape);
            if (tree.Nodes.Count != 1)
                throw source.Error(origin.Lines, "a trigger is one instruction");
            InstructionNode node = tree.Nodes[0] with { Lines = origin.Lines, Comments = origin.Comments };
            tree = tree with { Source = source, Nodes = [node] };
            return node.Keyword is "FROM" or "ONBUILD" or "MAINTAINER"
                ? throw source.Error(origin.Lines, $"{node.Keyword} isn't allowed as an ONBUILD trigger")
                : new InstructionParser(tree).Read(node);
        }
        catch (DockerfileException e)
        {
            throw source.Error(origin.Lines, $"ONBUILD {Linux.Printable.Escape(trigger)}: {e.Sentence}", e.Kind, e);
        }
    }

    private ParsedDockerfile Run()
    {
        var globals = new List<ArgInstruction>();
        var stages = new List<Stage>();
        var body = new List<Instruction>();
        foreach (InstructionNode node in _tree.Nodes)
        {
            Instruction instruction = Read(node);
            if (instruction is FromInstruction from)
                stages.Add(new(stages.Count, from.StageName, from, body = []));
            else if (stages.Count > 0)
                body.Add(instruction);
            else if (instruction is ArgInstruction arg)
                globals.Add(arg);
            else
                throw Error(node, $"no build stage in current context: {node.Keyword} stands before the first FROM");
        }
        if (stages.Count == 0)
            throw Error(_tree.Nodes[^1], "no build stage in current context: the Dockerfile has no FROM");
        return new(_tree.Source, _tree.Directives, globals, stages, _tree.Linter);
    }

    private Instruction Read(InstructionNode node)
    {
        var flags = new InstructionFlags(node, message => Error(node, message));
        Instruction instruction = node.Keyword switch
        {
            "FROM" => From(node, flags),
            "RUN" => Run(node, flags),
            "COPY" or "ADD" => Copy(node, flags),
            "ENV" => new EnvInstruction(node, Pairs(node)),
            "LABEL" => new LabelInstruction(node, Pairs(node)),
            "ARG" => Arg(node),
            "CMD" => new CmdInstruction(node, Command(node.Arguments)),
            "ENTRYPOINT" => new EntrypointInstruction(node, Command(node.Arguments)),
            "SHELL" => Shell(node),
            "WORKDIR" => new WorkdirInstruction(node, Only(node)),
            "USER" => new UserInstruction(node, Only(node)),
            "EXPOSE" => new ExposeInstruction(node, AtLeastOne(node, Words.AtBlanks(node.Arguments))),
            "VOLUME" => Volume(node),
            "STOPSIGNAL" => new StopSignalInstruction(node, Only(node)),
            "MAINTAINER" => Maintainer(node),
            "HEALTHCHECK" => Healthcheck(node, flags),
            "ONBUILD" => Onbuild(node),
            _ => throw Error(node, $"unknown instruction: {node.Keyword}{Suggestion.For(node.Keyword, s_keywords)}"),
        };
        flags.RefuseOthers();
        // No argument, path or variable can hold one; only JSON can write it.
        if (node.Arguments.Contains("\\u0000", StringComparison.Ordinal) && Words.TryJson(node.Arguments)?.Any(word => word.Contains('\0')) == true)
            throw Error(node, $"{node.Keyword} holds a NUL character");
        return instruction;
    }

    private DockerfileException Error(InstructionNode node, string message) => _tree.Source.Error(node.Lines, message);

    private void Warn(InstructionNode node, LintRule rule, params ReadOnlySpan<string> details) => _tree.Linter.Report(rule, node, details);

    private string Only(InstructionNode node) =>
        node.Arguments.Length > 0 ? node.Arguments : throw Error(node, $"{node.Keyword} requires exactly one argument");

    private IReadOnlyList<string> AtLeastOne(InstructionNode node, IReadOnlyList<string> words) =>
        words.Count > 0 ? words : throw Error(node, $"{node.Keyword} requires at least one argument");
}
