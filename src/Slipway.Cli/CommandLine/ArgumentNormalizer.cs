using System.CommandLine;

namespace Slipway.Cli.CommandLine;

/// <summary>
/// Brings docker's way of writing flags (Go's pflag) into the form that System.CommandLine reads: <c>-it</c> becomes <c>-i -t</c>,
/// <c>-m64m</c> becomes <c>-m=64m</c>, of a flag of one value that is given twice the last one holds, and where the first argument ends the options a
/// <c>--</c> says so.
/// </summary>
internal static class ArgumentNormalizer
{
    public static List<string> Normalize(SlipCommand command, ReadOnlySpan<string> args)
    {
        Dictionary<string, Option> options = [];
        foreach (Option option in command.Options)
        {
            options[option.Name] = option;
            foreach (string alias in option.Aliases)
                options[alias] = option;
        }
        List<Given> given = [];
        for (int i = 0; i < args.Length; i++)
        {
            string word = args[i];
            if (word == "--" || (command.StopsAtFirstArgument && !IsFlag(word)))
                return [.. Words(given), "--", .. args[(word == "--" ? i + 1 : i)..]];
            if (!IsFlag(word))
            {
                given.Add(new(null, word, null));
                continue;
            }
            bool wantsNext = word.StartsWith("--", StringComparison.Ordinal) ? AddLong(word, options, given) : AddShort(word, options, given);
            if (!wantsNext)
                continue;
            if (i + 1 == args.Length)
                throw new UsageException($"flag needs an argument: {word}");
            given[^1] = given[^1] with { Value = args[++i] };
        }
        return [.. Words(given)];
    }

    private static bool IsFlag(string word) => word.Length > 1 && word[0] == '-';

    private static bool TakesValue(Option option) => option.ValueType != typeof(bool);

    private static IEnumerable<string> Words(List<Given> given)
    {
        HashSet<Option> later = [];
        List<Given> holds = [];
        for (int i = given.Count - 1; i >= 0; i--)
        {
            if (given[i].Option is not { Arity.MaximumNumberOfValues: <= 1 } single || later.Add(single))
                holds.Add(given[i]);
        }
        holds.Reverse();
        return holds.SelectMany(g => g.Words);
    }

    private static bool AddLong(string word, Dictionary<string, Option> options, List<Given> given)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? word : word[..equals];
        if (!options.TryGetValue(name, out Option? option))
            throw new UsageException($"unknown flag: {name}");
        given.Add(new(option, name, equals < 0 ? null : word[(equals + 1)..]));
        return equals < 0 && TakesValue(option);
    }

    private static bool AddShort(string word, Dictionary<string, Option> options, List<Given> given)
    {
        for (int i = 1; i < word.Length; i++)
        {
            string name = "-" + word[i];
            if (!options.TryGetValue(name, out Option? option))
                throw new UsageException($"unknown shorthand flag: '{word[i]}' in {word}");
            string value = word[(i + 1)..];
            // A switch takes one only behind '=': -H=false.
            bool isAlone = !TakesValue(option) && !value.StartsWith('=');
            given.Add(new(option, name, isAlone || value.Length == 0 ? null : value[0] == '=' ? value[1..] : value));
            if (!isAlone)
                return value.Length == 0;
        }
        return false;
    }

    /// <summary>A flag with its value, or an argument.</summary>
    private readonly record struct Given(Option? Option, string Name, string? Value)
    {
        // Joined by '=', so that a value that looks like a flag stays a value. An empty one is a word of its own: after '=' the parser sees none.
        public IEnumerable<string> Words => Value switch
        {
            null => [Name],
            "" => [Name, ""],
            _ => [$"{Name}={Value}"],
        };
    }
}
