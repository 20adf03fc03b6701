using System.Globalization;

namespace Slipway.Runtime.Logs;

/// <summary>The files of one log: the one that is written to, and older ones beside it, <c>LOG.1</c> the youngest of them, or packed <c>LOG.1.gz</c>.</summary>
public static class LogFiles
{
    /// <summary>More are never kept.</summary>
    public const int Most = 1000;

    /// <summary>What a packed one's name ends in (RFC 1952), and what is being packed.</summary>
    internal const string Packed = ".gz", BeingPacked = ".gz.tmp";

    /// <summary>The name of an older one.</summary>
    public static string Older(string path, int age) => string.Create(CultureInfo.InvariantCulture, $"{path}.{age}");

    /// <summary>All that there are, youngest first.</summary>
    public static IEnumerable<string> All(string path)
    {
        if (File.Exists(path))
            yield return path;
        for (int age = 1; age < Most; age++)
        {
            if (Find(Older(path, age)) is { } older)
                yield return older;
            // While they are moved on, the oldest first, one name is free, and there are more behind it.
            else if (Find(Older(path, age + 1)) is null)
                yield break;
        }
    }

    /// <summary>Gives an older one, packed or not, the name of another age; what had that goes.</summary>
    internal static void Move(string from, string to)
    {
        foreach ((string end, string other) in ((string, string)[])[("", Packed), (Packed, "")])
        {
            if (!File.Exists(from + end))
                continue;
            File.Move(from + end, to + end, overwrite: true);
            File.Delete(to + other);
            return;
        }
    }

    /// <summary>Removes them.</summary>
    public static void Delete(string path)
    {
        foreach (string file in All(path).ToList())
            File.Delete(file);
        File.Delete(Older(path, 1) + BeingPacked);
    }

    // For a moment both are there: the packed one is whole then.
    private static string? Find(string older) => File.Exists(older) ? older : File.Exists(older + Packed) ? older + Packed : null;
}
