using System.CommandLine;

namespace Slipway.Cli.CommandLine;

/// <summary>
/// Brings docker's way of writing flags (Go's pflag) into the form that System.CommandLine reads: <c>-it</c> becomes <c>-i -t</c>,
/// <c>-m64m</c> becomes <c>-m 64m</c>, and where the first argument ends the options a <c>--</c> says so.
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
        List<string> words = [];
        for (int i = 0; i < args.Length; i++)
        {
            string word = args[i];
            if (word == "--" || (command.StopsAtFirstArgument && !IsFlag(word)))
            {
                words.Add("--");
                words.AddRange(args[(word == "--" ? i + 1 : i)..]);
                return words;
            }
            if (!IsFlag(word))
            {
                words.Add(word);
                continue;
            }
            bool wantsNext = word.StartsWith("--", StringComparison.Ordinal) ? AddLong(word, options, words) : AddShort(word, options, words);
            if (!wantsNext)
                continue;
            if (i + 1 == args.Length)
                throw new UsageException($"flag needs an argument: {word}");
            AddValue(words, args[++i]);
        }
        return words;
    }

    // Joined by '=', so that a value that looks like a flag stays a value. An empty one is a word of its own: after '=' the parser sees none.
    private static void AddValue(List<string> words, string value)
    {
        if (value.Length > 0)
            words[^1] += "=" + value;
        else
            words.Add("");
    }

    private static bool IsFlag(string word) => word.Length > 1 && word[0] == '-';

    private static bool TakesValue(Option option) => option.ValueType != typeof(bool);

    private static bool AddLong(string word, Dictionary<string, Option> options, List<string> words)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        words.Add(equals == word.Length - 1 ? word[..equals] : word);
        if (!options.TryGetValue(equals < 0 ? word : word[..equals], out Option? option))
            throw new UsageException($"unknown flag: {(equals < 0 ? word : word[..equals])}");
        if (equals == word.Length - 1)
            words.Add("");
        return equals < 0 && TakesValue(option);
    }

    private static bool AddShort(string word, Dictionary<string, Option> options, List<string> words)
    {
        for (int i = 1; i < word.Length; i++)
        {
            string name = "-" + word[i];
            if (!options.TryGetValue(name, out Option? option))
                throw new UsageException($"unknown shorthand flag: '{word[i]}' in {word}");
            words.Add(name);
            string value = word[(i + 1)..];
            // A switch takes one only behind '=': -H=false.
            if (!TakesValue(option) && !value.StartsWith('='))
                continue;
            if (value.Length == 0)
                return true;
            words[^1] += value[0] == '=' ? value : "=" + value;
            return false;
        }
        return false;
    }
}
