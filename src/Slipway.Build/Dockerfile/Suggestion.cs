namespace Slipway.Build.Dockerfile;

/// <summary>Guesses what a misspelt word was meant to be.</summary>
internal static class Suggestion
{
    private const int MaxLength = 40;
    private const int MaxDistance = 2;
    private const int MaxCandidates = 200;

    /// <summary><c> (did you mean FROM?)</c>, or nothing when no known word is near.</summary>
    public static string For(string word, IEnumerable<string> known)
    {
        if (word.Length > MaxLength)
            return "";
        (int distance, string best) = known.Take(MaxCandidates).Select(candidate => (Distance(word, candidate), candidate)).DefaultIfEmpty((int.MaxValue, "")).MinBy(pair => pair.Item1);
        return distance is > 0 and <= MaxDistance ? $" (did you mean {best}?)" : "";
    }

    // Levenshtein's distance, one row at a time.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
