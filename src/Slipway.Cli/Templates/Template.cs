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
    private bool? _isPlain;

    private Template(IReadOnlyList<TemplateNode> nodes) => _nodes = nodes;

    /// <summary>Reads one.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: where it is wrong.</exception>
    public static Template Parse(string text) => new(TemplateParser.Parse(text));

    /// <summary>Whether it is nothing but text and these fields, as lists mostly have it: then <see cref="RenderPlain"/> does.</summary>
    public bool IsPlain(IEnumerable<string> fields) => _isPlain ??= _nodes.All(n => n is TextNode || (FieldOf(n) is { } name && fields.Contains(name)));

    /// <summary>Applies one that <see cref="IsPlain"/> without making an object of all fields.</summary>
    public string RenderPlain(Func<string, string> field) => string.Concat(_nodes.Select(n => n is TextNode text ? text.Text : field(FieldOf(n)!)));

    private static string? FieldOf(TemplateNode node) =>
        node is ActionNode { Pipeline: { Variables: [], Commands: [{ Words: [Chain { Variable: null, Inner: null, Fields: [var name] }] }] } } ? name : null;

    /// <summary>Applies it.</summary>
    /// <param name="item">What the dot is.</param>
    /// <param name="methods">Fields of the root that take an argument.</param>
    /// <param name="allowsMissing">A field that isn't there is no value, as of a map in Go without <c>missingkey=error</c>.</param>
    /// <exception cref="SlipwayException">InvalidArgument: a field that isn't there, a function that doesn't fit.</exception>
    public string Render(JsonNode? item, IReadOnlyDictionary<string, TemplateMethod>? methods = null, bool allowsMissing = false)
    {
        var run = new TemplateRun(item, methods) { AllowsMissing = allowsMissing };
        run.Visit(_nodes, item);
        return run.Text.ToString();
    }
}
