using System.Text;

namespace Slipway.Monitor.Commands;

/// <summary>Columns for people.</summary>
internal static class TextTable
{
    private const int LeastWidth = 12, Gap = 2;

    /// <summary>One line a row, each column as wide as its widest cell.</summary>
    public static string Of(string[] head, IEnumerable<string[]> rows)
    {
        string[][] all = [head, .. rows];
        int[] widths = [.. head.Select((_, column) => Math.Max(LeastWidth, all.Max(row => row[column].Length) + Gap))];
        var text = new StringBuilder();
        foreach (string[] row in all)
        {
            for (int i = 0; i < row.Length; i++)
                text.Append(i < row.Length - 1 ? row[i].PadRight(widths[i]) : row[i]);
            text.Append('\n');
        }
        return text.ToString();
    }
}
