using System.Globalization;
using System.Text;

namespace Slipway.Bench;

/// <summary>What is printed as it comes, and written to the result file at the end.</summary>
internal sealed class Report
{
    private readonly StringBuilder _text = new();

    public void Line(string text)
    {
        Console.WriteLine(text);
        _text.AppendLine(text);
    }

    /// <summary>A table; the row of <paramref name="own"/> is set against the others.</summary>
    public void Table(string title, IReadOnlyList<Measurement> rows, string own)
    {
        Measurement? ours = rows.FirstOrDefault(r => r.Name == own);
        Line($"\n{title}\n  {"",-14}{"median",9}{"min",9}{"max",9}   {own} takes");
        foreach (Measurement row in rows)
        {
            string ratio = ours is null || row == ours ? "" : string.Create(CultureInfo.InvariantCulture,
                $"   {ours.Median / row.Median:0.00} of it (it takes {row.Median / ours.Median:0.0} times as long)");
            Line(string.Create(CultureInfo.InvariantCulture, $"  {row.Name,-14}{row.Median,9:0.00}{row.Min,9:0.00}{row.Max,9:0.00}{ratio}"));
        }
    }

    public void Save(string path) => File.WriteAllText(path, _text.ToString());
}
