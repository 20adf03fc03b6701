using System.Globalization;
using Slipway.Linux;
using Slipway.Oci;

namespace Slipway.Monitor.Commands;

/// <summary>A command's options and operands, taken apart: <c>--name value</c>, <c>--name=value</c>, <c>-n value</c>, <c>-abc</c>, <c>--</c>.</summary>
internal sealed class Arguments
{
    private readonly List<(string Name, string Value)> _options = [];
    private readonly List<string> _operands = [];

    private Arguments()
    {
    }

    /// <summary>What is no option, in order.</summary>
    public IReadOnlyList<string> Operands => _operands;

    /// <summary>Takes them apart.</summary>
    /// <param name="words">The words after the command.</param>
    /// <param name="known">The options that there are.</param>
    /// <param name="endsAtOperand">Everything from the first operand on is one.</param>
    /// <exception cref="SlipwayException">InvalidArgument: an unknown option, or one without its value.</exception>
    public static Arguments Parse(ReadOnlySpan<string> words, IReadOnlyList<Option> known, bool endsAtOperand)
    {
        var arguments = new Arguments();
        for (int i = 0; i < words.Length; i++)
        {
            string word = words[i];
            bool plain = word.Length < 2 || word[0] != '-';
            if (plain && !endsAtOperand)
            {
                arguments._operands.Add(word);
                continue;
            }
            if (plain || word == "--")
            {
                arguments._operands.AddRange(words[(plain ? i : i + 1)..]);
                break;
            }
            i += arguments.Take(word, i + 1 < words.Length ? words[i + 1] : null, known);
        }
        return arguments;
    }

    /// <summary>Whether a switch is on.</summary>
    public bool Has(string name) => Value(name) is { } value && (value is "true" or "1" || (value is "false" or "0" ? false : throw Wrong(name, value, "true or false")));

    /// <summary>The last value of an option; null when it isn't there.</summary>
    public string? Value(string name)
    {
        string? last = null;
        foreach ((string given, string value) in _options)
            last = given == name ? value : last;
        return last;
    }

    /// <summary>All values of an option, in order.</summary>
    public IReadOnlyList<string> Values(string name) => [.. _options.Where(option => option.Name == name).Select(option => option.Value)];

    /// <summary>A whole number; null when it isn't there.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: it is not one.</exception>
    public long? Number(string name)
    {
        if (Value(name) is not { } value)
            return null;
        return long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : throw Wrong(name, value, "a number");
    }

    public static SlipwayException Wrong(string name, string value, string expected) =>
        new(ErrorKind.InvalidArgument, $"--{name} '{Printable.Escape(value)}': expected {expected}");

    // How many further words it took.
    private int Take(string word, string? next, IReadOnlyList<Option> known)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        string name = (equals < 0 ? word : word[..equals]).TrimStart('-');
        // A single dash does for long names too, as runc's users write them.
        Option? option = known.FirstOrDefault(candidate => candidate.Name == name || (name.Length == 1 && candidate.Short == name[0]));
        if (option is null && equals < 0 && word[1] != '-' && name.Length > 1)
            return TakeBundle(name, next, known);
        if (option is null)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"unknown option '{Printable.Escape(word)}'");
        if (equals >= 0)
            _options.Add((option.Name, word[(equals + 1)..]));
        else if (option.Value is null)
            _options.Add((option.Name, "true"));
        else
            _options.Add((option.Name, next ?? throw new SlipwayException(ErrorKind.InvalidArgument, $"option '{word}' needs a value: {option.Value}")));
        return equals < 0 && option.Value is not null ? 1 : 0;
    }

    // "-it": switches, of which the last may take a value.
    private int TakeBundle(string letters, string? next, IReadOnlyList<Option> known)
    {
        int taken = 0;
        foreach (char letter in letters)
        {
            if (taken > 0 || !known.Any(option => option.Short == letter))
                throw new SlipwayException(ErrorKind.InvalidArgument, $"unknown option '-{Printable.Escape(letters)}'");
            taken = Take($"-{letter}", next, known);
        }
        return taken;
    }
}
