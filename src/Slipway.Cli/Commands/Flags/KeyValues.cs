namespace Slipway.Cli.Commands.Flags;

/// <summary>Values of the form <c>KEY=VALUE</c>, or <c>KEY</c> alone for an empty one; the last of a key counts.</summary>
internal static class KeyValues
{
    public static Dictionary<string, string> Read(IEnumerable<string> texts)
    {
        Dictionary<string, string> read = [];
        foreach (string text in texts)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            read[equals < 0 ? text : text[..equals]] = equals < 0 ? "" : text[(equals + 1)..];
        }
        return read;
    }

    /// <summary>The lines of a file, without empty ones and those that begin with #.</summary>
    public static IEnumerable<string> ReadFile(string path) => File.ReadLines(path).Select(l => l.TrimStart()).Where(l => l.Length > 0 && l[0] != '#');
}
