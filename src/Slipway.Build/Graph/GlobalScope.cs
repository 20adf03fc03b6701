using Slipway.Build.Dockerfile;
using Slipway.Build.Dockerfile.Expansion;

namespace Slipway.Build.Graph;

/// <summary>The ARGs before the first FROM and the platform's: seen by FROM, and by a stage that declares them again.</summary>
internal sealed class GlobalScope
{
    private readonly Dictionary<string, string> _values;

    /// <summary>Evaluates the global ARGs in order; <c>--build-arg</c> beats their defaults.</summary>
    public GlobalScope(ParsedDockerfile file, GraphOptions options)
    {
        _values = PredefinedArguments.Of(options.Platform);
        foreach (ArgInstruction instruction in file.GlobalArguments)
        {
            foreach ((string name, string? @default) in instruction.Arguments)
            {
                if (options.BuildArgs.TryGetValue(name, out string? given))
                    _values[name] = given;
                else if (@default is not null)
                    _values[name] = Expand(file, instruction, @default);
            }
        }
    }

    public string? Find(string name) => _values.GetValueOrDefault(name);

    /// <summary>Expands a word of a FROM or of a global ARG.</summary>
    public string Expand(ParsedDockerfile file, Instruction instruction, string word)
    {
        try
        {
            return new WordExpander(file.Escape, Find).Expand(word);
        }
        catch (ExpansionException e)
        {
            throw file.Source.Error(instruction.Lines, $"failed to process \"{Linux.Printable.Escape(word)}\": {e.Message}", inner: e);
        }
    }
}
