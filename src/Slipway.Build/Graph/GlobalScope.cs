using Slipway.Build.Dockerfile;
using Slipway.Build.Dockerfile.Expansion;
using Slipway.Build.Lint;
using Slipway.Oci;

namespace Slipway.Build.Graph;

/// <summary>The ARGs before the first FROM and the platform's: seen by FROM, and by a stage that declares them again.</summary>
internal sealed class GlobalScope
{
    private readonly Dictionary<string, string> _values;
    private readonly HashSet<string> _declared;

    private GlobalScope(Dictionary<string, string> values, HashSet<string> declared) => (_values, _declared) = (values, declared);

    /// <summary>Evaluates the global ARGs in order; <c>--build-arg</c> beats their defaults, and the platform's values.</summary>
    public static GlobalScope Of(ParsedDockerfile file, GraphOptions options)
    {
        GlobalScope scope = Evaluate(file, options, options.BuildArgs);
        ReportBadDefaults(file, options);
        return scope;
    }

    /// <summary>What the ARGs before the first FROM give a name, without anything that the caller says of it; null: nothing.</summary>
    public static string? Default(ParsedDockerfile file, GraphOptions options, string name) =>
        file.GlobalArguments.Any(instruction => instruction.Arguments.Any(argument => argument.Name == name)) ? Evaluate(file, options, options.BuildArgs).Find(name) : null;

    public string? Find(string name) => _values.GetValueOrDefault(name);

    /// <summary>Expands a word of a FROM or of a global ARG.</summary>
    public Expanded Expand(ParsedDockerfile file, Instruction instruction, string word)
    {
        try
        {
            var expander = new WordExpander(file.Escape, Find);
            string result = expander.Expand(word);
            if (instruction is FromInstruction)
            {
                foreach (string name in expander.Unset.Where(name => !_declared.Contains(name)))
                    file.Linter.Report(StageRules.UndefinedArgInFrom, instruction.Node, name, Suggestion.For(name, _values.Keys.Union(_declared)));
            }
            return new(result, expander.Used, expander.Unset);
        }
        catch (ExpansionException e)
        {
            throw file.Source.Error(instruction.Lines, $"failed to process \"{Linux.Printable.Escape(word)}\": {e.Message}", inner: e);
        }
    }

    private static GlobalScope Evaluate(ParsedDockerfile file, GraphOptions options, IReadOnlyDictionary<string, string> given)
    {
        Dictionary<string, string> values = PredefinedArguments.Of(options.Platform, options.Target ?? file.Stages[^1].Name);
        foreach (string name in values.Keys.Where(given.ContainsKey).ToArray())
            values[name] = given[name];
        var declared = new HashSet<string>(values.Keys, StringComparer.Ordinal);
        var scope = new GlobalScope(values, declared);
        foreach (ArgInstruction instruction in file.GlobalArguments)
        {
            foreach ((string name, string? @default) in instruction.Arguments)
            {
                declared.Add(name);
                if (given.TryGetValue(name, out string? value))
                    values[name] = value;
                else if (@default is not null)
                    values[name] = scope.Expand(file, instruction, @default).Result;
            }
        }
        return scope;
    }

    // Who builds without any argument should get an image.
    private static void ReportBadDefaults(ParsedDockerfile file, GraphOptions options)
    {
        try
        {
            GlobalScope defaults = Evaluate(file, options, new Dictionary<string, string>());
            foreach (Stage stage in file.Stages)
            {
                string name = new WordExpander(file.Escape, defaults.Find).Expand(stage.From.Image);
                if (!Reference.TryParse(name, out _) && !Digest.TryParseHex(name, out _))
                    file.Linter.Report(StageRules.InvalidDefaultArgInFrom, stage.From.Node, stage.From.Image);
            }
        }
        catch (Exception e) when (e is DockerfileException or ExpansionException)
        {
        }
    }
}

/// <summary>A word with its variables replaced.</summary>
/// <param name="Result">What came of it.</param>
/// <param name="Used">Names that had a value.</param>
/// <param name="Unset">Names that had none.</param>
internal sealed record Expanded(string Result, IReadOnlyCollection<string> Used, IReadOnlyCollection<string> Unset);
