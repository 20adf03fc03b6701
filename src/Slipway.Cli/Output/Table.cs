using System.Text;

namespace Slipway.Cli.Output;

/// <summary>Columns as docker prints them: upper-case headings, three spaces apart, ten wide at least, the last column unpadded.</summary>
internal sealed class Table(params string[] headings)
{
    private const int Gap = 3, LeastWidth = 10;
    private readonly List<string[]> _rows = [headings];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Print()
    {
        int[] widths = [.. headings.Select(static h => Math.Max(LeastWidth, h.Length + Gap))];
        foreach (string[] row in _rows)
        {
            for (int i = 0; i < widths.Length; i++)
                widths[i] = Math.Max(widths[i], row[i].Length + Gap);
        }
        var text = new StringBuilder();
        foreach (string[] row in _rows)
        {
            for (int i = 0; i < row.Length - 1; i++)
                text.Append(row[i]).Append(' ', widths[i] - row[i].Length);
            text.Append(row[^1]);
            while (text.Length > 0 && text[^1] == ' ')
                text.Length--;
            text.Append('\n');
        }
        StandardOutput.Write(text);
    }
}
