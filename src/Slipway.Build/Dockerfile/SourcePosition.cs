using System.Text.RegularExpressions;

namespace Slipway.Build.Dockerfile;

/// <summary>A place in a Dockerfile, both counted from 1, and how much of the line is meant.</summary>
public readonly partial record struct SourcePosition(int Line, int Column, int Length)
{
    private const int MaxLines = 50, MaxText = 200;

    /// <summary>
    /// Where an error stands. What its sentence quotes or names as a flag is looked for in the instruction's lines; without that, the instruction
    /// itself is meant.
    /// </summary>
    public static SourcePosition Find(DockerfileSource source, LineRange lines, string sentence)
    {
        ArgumentNullException.ThrowIfNull(source);
        foreach (Match quoted in Quoted().Matches(sentence.Length <= MaxText ? sentence : sentence[..MaxText]))
        {
            string text = quoted.Groups[1].Success ? quoted.Groups[1].Value : quoted.Value;
            for (int line = lines.First; line <= Math.Min(lines.Last, Math.Min(lines.First + MaxLines, source.Lines.Count)); line++)
            {
                if (source.Lines[line - 1].IndexOf(text, StringComparison.OrdinalIgnoreCase) is >= 0 and int at)
                    return new(line, at + 1, text.Length);
            }
        }
        string first = lines.First >= 1 && lines.First <= source.Lines.Count ? source.Lines[lines.First - 1] : "";
        string word = first.TrimStart();
        int end = word.AsSpan().IndexOfAny(' ', '\t');
        return new(lines.First, first.Length - word.Length + 1, end < 0 ? word.Length : end);
    }

    // 'x', "x", --x, or a keyword in capitals behind a colon.
    [GeneratedRegex("""['"]/?([^'"]{1,100})['"]|--[a-z][a-z-]+|(?<=unknown instruction: )\S+|(?<=unknown flag: )\S+""", RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();
}
