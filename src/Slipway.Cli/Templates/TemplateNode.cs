using System.Text.Json.Nodes;

namespace Slipway.Cli.Templates;

/// <summary>A part of a parsed template.</summary>
internal abstract record TemplateNode;

internal sealed record TextNode(string Text) : TemplateNode;

/// <summary>A pipeline whose value is printed, unless it only sets a variable.</summary>
internal sealed record ActionNode(Pipeline Pipeline) : TemplateNode;

internal sealed record IfNode(Pipeline Condition, IReadOnlyList<TemplateNode> Then, IReadOnlyList<TemplateNode> Else, bool Rebinds) : TemplateNode;

internal sealed record RangeNode(Pipeline Over, IReadOnlyList<TemplateNode> Body, IReadOnlyList<TemplateNode> Else) : TemplateNode;

/// <summary>Commands, each of which gets the value of the one before as its last argument.</summary>
/// <param name="Variables">Names that are set, none, one, or in a range two.</param>
/// <param name="Declares">Whether they are new here.</param>
/// <param name="Commands">At least one.</param>
internal sealed record Pipeline(IReadOnlyList<string> Variables, bool Declares, IReadOnlyList<CommandNode> Commands);

/// <summary>A function, field or value, and its arguments.</summary>
internal sealed record CommandNode(IReadOnlyList<Operand> Words);

internal abstract record Operand;

internal sealed record FunctionName(string Name) : Operand;

internal sealed record Literal(JsonNode? Value) : Operand;

/// <summary>Where a chain of fields begins: the dot, a variable, or a pipeline in parentheses.</summary>
internal sealed record Chain(string? Variable, Pipeline? Inner, IReadOnlyList<string> Fields) : Operand
{
    public override string ToString() => (Variable is null ? "" : "$" + Variable) + (Inner is null ? "" : "(…)") + (Fields.Count == 0 && Variable is null && Inner is null ? "." : string.Concat(Fields.Select(f => "." + f)));
}
