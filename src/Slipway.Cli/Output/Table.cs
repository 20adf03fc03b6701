using System.Text;

namespace Slipway.Cli.Output;

/// <summary>
/// Columns as docker prints them: upper-case headings, three spaces apart, ten wide at least, the last column unpadded. At a terminal that is
/// too narrow the widest are cut, so that a row stays a line.
/// </summary>
internal sealed class Table(params string[] headings)
{
    // What a column keeps: a short id and its gap.
    private const int Gap = 3, LeastWidth = 10, LeastCut = 15;
    private readonly List<string[]> _rows = [headings];

    /// <summary>Whether nothing is cut, however wide it gets.</summary>
    public bool KeepsAll { get; init; }

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Print()
    {
        int[] widths = [.. headings.Select(static h => Math.Max(LeastWidth, h.Length + Gap))];
        foreach (string[] row in _rows)
        {
            for (int i = 0; i < widths.Length; i++)
                widths[i] = Math.Max(widths[i], row[i].Length + Gap);
        }
        if (!KeepsAll && !Console.IsOutputRedirected)
            Cut(widths, Console.WindowWidth);
        var text = new StringBuilder();
        foreach (string[] row in _rows)
        {
            for (int i = 0; i < row.Length - 1; i++)
            {
                string cell = Shorten(row[i], widths[i] - Gap);
                text.Append(cell).Append(' ', widths[i] - cell.Length);
            }
            text.Append(Shorten(row[^1], widths[row.Length - 1] - Gap));
            while (text.Length > 0 && text[^1] == ' ')
                text.Length--;
            text.Append('\n');
        }
        StandardOutput.Write(text);
    }

    // The widest gives first. The last column needs no gap behind it.
    private static void Cut(int[] widths, int terminal)
    {
        for (int over = widths.Sum() - Gap - terminal; terminal > 0 && over > 0; over--)
        {
            int widest = Array.IndexOf(widths, widths.Max());
            if (widths[widest] <= LeastCut)
                return;
            widths[widest]--;
        }
    }

    /// <summary>A text with what is too much left out at its end.</summary>
    public static string Shorten(string text, int most) => text.Length <= most ? text : text[..(most - 1)] + "…";
}
