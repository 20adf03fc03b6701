using System.Text;
using System.Text.Json.Nodes;

namespace Slipway.Cli.Templates;

/// <summary>One application of a template.</summary>
internal sealed class TemplateRun(JsonNode? root, IReadOnlyDictionary<string, TemplateMethod>? methods)
{
    // Inner scopes come later and hide outer ones.
    private readonly List<(string Name, JsonNode? Value)> _variables = [("", root)];

    public StringBuilder Text { get; } = new();

    /// <summary>A field that isn't there is no value.</summary>
    public bool AllowsMissing { get; init; }

    public void Visit(IReadOnlyList<TemplateNode> nodes, JsonNode? dot)
    {
        int scope = _variables.Count;
        foreach (TemplateNode node in nodes)
        {
            switch (node)
            {
                case TextNode text:
                    Text.Append(text.Text);
                    break;
                case ActionNode action:
                    JsonNode? value = Evaluate(action.Pipeline, dot);
                    Bind(action.Pipeline, value);
                    if (action.Pipeline.Variables.Count == 0)
                        Text.Append(GoValue.Print(value));
                    break;
                case IfNode branch:
                    Branch(branch, dot);
                    break;
                case RangeNode range:
                    Range(range, dot);
                    break;
            }
        }
        _variables.RemoveRange(scope, _variables.Count - scope);
    }

    private void Branch(IfNode branch, JsonNode? dot)
    {
        int scope = _variables.Count;
        JsonNode? value = Evaluate(branch.Condition, dot);
        Bind(branch.Condition, value);
        if (GoValue.IsTrue(value))
            Visit(branch.Then, branch.Rebinds ? value : dot);
        else
            Visit(branch.Else, dot);
        _variables.RemoveRange(scope, _variables.Count - scope);
    }

    private void Range(RangeNode range, JsonNode? dot)
    {
        IEnumerable<(JsonNode? Key, JsonNode? Value)> items = Evaluate(range.Over, dot) switch
        {
            JsonArray list => list.Select((item, i) => ((JsonNode?)JsonValue.Create(i), item)),
            JsonObject map => GoValue.Sorted(map).Select(p => ((JsonNode?)JsonValue.Create(p.Key), p.Value)),
            null => [],
            var other => throw TemplateError.Executing("range", $"range can't iterate over {GoValue.Print(other)}"),
        };
        bool any = false;
        foreach ((JsonNode? key, JsonNode? value) in items)
        {
            any = true;
            int scope = _variables.Count;
            if (range.Over.Variables is [var name])
                _variables.Add((name, value));
            else if (range.Over.Variables is [var keyName, var valueName])
                _variables.AddRange([(keyName, key), (valueName, value)]);
            Visit(range.Body, value);
            _variables.RemoveRange(scope, _variables.Count - scope);
        }
        if (!any)
            Visit(range.Else, dot);
    }

    private void Bind(Pipeline pipeline, JsonNode? value)
    {
        if (pipeline.Variables is not [var name])
            return;
        if (pipeline.Declares)
        {
            _variables.Add((name, value));
            return;
        }
        int at = _variables.FindLastIndex(v => v.Name == name);
        if (at < 0)
            throw TemplateError.Parsing($"undefined variable \"${name}\"");
        _variables[at] = (name, value);
    }

    private JsonNode? Evaluate(Pipeline pipeline, JsonNode? dot)
    {
        JsonNode? value = null;
        for (int i = 0; i < pipeline.Commands.Count; i++)
            value = Evaluate(pipeline.Commands[i], dot, i > 0 ? [value] : []);
        return value;
    }

    private JsonNode? Evaluate(CommandNode command, JsonNode? dot, IReadOnlyList<JsonNode?> piped)
    {
        Operand first = command.Words[0];
        JsonNode?[] args = [.. command.Words.Skip(1).Select(w => Value(w, dot)), .. piped];
        if (first is FunctionName function)
            return TemplateFunctions.Call(function.Name, args);
        if (args.Length == 0)
            return Value(first, dot);
        if (first is Chain { Variable: null, Inner: null, Fields: [var name] } && ReferenceEquals(dot, root) && methods?.GetValueOrDefault(name) is { } method && args.Length == 1)
            return method(GoValue.Print(args[0]));
        throw TemplateError.Executing(first.ToString()!, "can't give argument to non-function");
    }

    private JsonNode? Value(Operand operand, JsonNode? dot) => operand switch
    {
        Literal literal => literal.Value,
        FunctionName function => TemplateFunctions.Call(function.Name, []),
        Chain { Variable: { } variable } chain => Follow(Variable(variable), chain),
        Chain { Inner: { } inner } chain => Follow(Evaluate(inner, dot), chain),
        Chain chain => Follow(dot, chain),
        _ => throw new InvalidOperationException($"an operand of type {operand.GetType().Name}"),
    };

    private JsonNode? Variable(string name)
    {
        int at = _variables.FindLastIndex(v => v.Name == name);
        return at >= 0 ? _variables[at].Value : throw TemplateError.Parsing($"undefined variable \"${name}\"");
    }

    private JsonNode? Follow(JsonNode? value, Chain chain)
    {
        foreach (string name in chain.Fields)
        {
            value = value switch
            {
                JsonObject map when map.TryGetPropertyValue(name, out JsonNode? member) => member,
                JsonObject when AllowsMissing => null,
                JsonObject => throw TemplateError.Executing(chain.ToString(), $"map has no entry for key \"{name}\""),
                null => throw TemplateError.Executing(chain.ToString(), $"nil pointer evaluating interface {{}}.{name}"),
                _ => throw TemplateError.Executing(chain.ToString(), $"can't evaluate field {name} in type {value.GetValueKind()}"),
            };
        }
        return value;
    }
}
