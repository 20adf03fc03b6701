using System.Text;

namespace Slipway.Cli.Output;

/// <summary>Standard output for much text at once. <c>Console.Out</c> writes every line, and a few hundred bytes, by a system call of their own.</summary>
internal static class StandardOutput
{
    /// <summary>Writes a text as UTF-8.</summary>
    public static void Write(StringBuilder text)
    {
        Console.Out.Flush();
        using Stream output = Console.OpenStandardOutput();
        output.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>Writes lines.</summary>
    public static void WriteLines(IEnumerable<string> lines)
    {
        var text = new StringBuilder();
        foreach (string line in lines)
            text.Append(line).Append('\n');
        Write(text);
    }
}
