using System.Text.Json.Nodes;
using Slipway.Oci;

namespace Slipway.Cli.Templates;

/// <summary>A field that takes an argument: <c>{{.Label "key"}}</c>.</summary>
internal delegate JsonNode? TemplateMethod(string argument);

/// <summary>
/// A Go template (text/template), as <c>--format</c> takes it: fields, pipelines, variables, if, with, range, and docker's functions. What
/// it is applied to is JSON.
/// </summary>
internal sealed class Template
{
    private readonly IReadOnlyList<TemplateNode> _nodes;

    private Template(IReadOnlyList<TemplateNode> nodes) => _nodes = nodes;

    /// <summary>Reads one.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: where it is wrong.</exception>
    public static Template Parse(string text) => new(TemplateParser.Parse(text));

    /// <summary>Applies it.</summary>
    /// <param name="item">What the dot is.</param>
    /// <param name="methods">Fields of the root that take an argument.</param>
    /// <exception cref="SlipwayException">InvalidArgument: a field that isn't there, a function that doesn't fit.</exception>
    public string Render(JsonNode? item, IReadOnlyDictionary<string, TemplateMethod>? methods = null)
    {
        var run = new TemplateRun(item, methods);
        run.Visit(_nodes, item);
        return run.Text.ToString();
    }
}
