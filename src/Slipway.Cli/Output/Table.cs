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
        int[] widths = [.. Enumerable.Range(0, headings.Length).Select(i => Math.Max(LeastWidth, _rows.Max(r => r[i].Length) + Gap))];
        var text = new StringBuilder();
        foreach (string[] row in _rows)
        {
            for (int i = 0; i < row.Length; i++)
                text.Append(i == row.Length - 1 ? row[i] : row[i].PadRight(widths[i]));
            while (text.Length > 0 && text[^1] == ' ')
                text.Length--;
            text.Append('\n');
        }
        Console.Out.Write(text);
    }
}
