using System.Globalization;

namespace Slipway.Runtime.Logs;

/// <summary>The files of one log: the one that is written to, and older ones beside it, <c>LOG.1</c> the youngest of them.</summary>
public static class LogFiles
{
    /// <summary>More are never kept.</summary>
    public const int Most = 1000;

    /// <summary>The name of an older one.</summary>
    public static string Older(string path, int age) => string.Create(CultureInfo.InvariantCulture, $"{path}.{age}");

    /// <summary>All that there are, youngest first.</summary>
    public static IEnumerable<string> All(string path)
    {
        if (File.Exists(path))
            yield return path;
        for (int age = 1; age < Most; age++)
        {
            string older = Older(path, age);
            if (File.Exists(older))
                yield return older;
            // While they are moved on, the oldest first, one name is free, and there are more behind it.
            else if (!File.Exists(Older(path, age + 1)))
                yield break;
        }
    }

    /// <summary>Removes them.</summary>
    public static void Delete(string path)
    {
        foreach (string file in All(path).ToList())
            File.Delete(file);
    }
}
