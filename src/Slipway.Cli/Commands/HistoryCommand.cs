using System.CommandLine;
using System.Globalization;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Linux;
using Slipway.Oci.Image;
using Slipway.Store.Images;

namespace Slipway.Cli.Commands;

internal sealed class HistoryCommand : SlipCommand
{
    private const int CreatedByWidth = 45;
    private const string Columns = "{{.ID}}\t{{.CreatedSince}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}";
    private const string Exact = "{{.ID}}\t{{.CreatedAt}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}";

    private static readonly Dictionary<string, string> s_headings = new()
    {
        ["ID"] = "IMAGE", ["CreatedSince"] = "CREATED", ["CreatedAt"] = "CREATED AT", ["CreatedBy"] = "CREATED BY", ["Size"] = "SIZE", ["Comment"] = "COMMENT",
    };

    private readonly Option<bool> _noTrunc = new("--no-trunc") { Description = "Don't shorten" };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Only ids" };
    private readonly Option<bool> _human = new("--human", "-H") { Description = "Sizes and times for people (--human=false: bytes and dates)", DefaultValueFactory = static _ => true };
    private readonly Option<string?> _format = new("--format") { Description = "'table', 'table TEMPLATE', 'json' or a Go template: '{{.CreatedBy}}: {{.Size}}'" };
    private readonly Argument<string> _image = new("IMAGE");

    public HistoryCommand()
        : base("history", "Shows the steps that made an image, newest first, with what each step's layer occupies.")
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_noTrunc, _quiet, _human, _format])
            Options.Add(option);
        Arguments.Add(_image);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        ImageRecord image = engine.Images.Get(line.GetValue(_image)!);
        bool noTrunc = line.GetValue(_noTrunc), human = line.GetValue(_human);
        // The newest is the image itself; those before it were images elsewhere, or never were.
        string id = noTrunc ? image.Id.ToString() : image.Id.Short;
        List<(string Id, HistoryEntry Step, long Bytes)> rows = [.. engine.Disk.StepsOf(image).Reverse().Select((s, i) => (i == 0 ? id : "<missing>", s.Step, s.Bytes))];
        if (line.GetValue(_quiet))
        {
            StandardOutput.WriteLines(rows.Select(r => r.Id));
            return 0;
        }
        DateTimeOffset now = engine.Options.Clock.GetUtcNow();
        new ListPrinter(human ? Columns : Exact, s_headings) { KeepsAll = noTrunc }.Print(line.GetValue(_format), rows.Select(r => new ListRow(field => FieldOf(r, field, now, noTrunc, human), () => null)));
        return 0;
    }

    private static string FieldOf((string Id, HistoryEntry Step, long Bytes) row, string field, DateTimeOffset now, bool noTrunc, bool human)
    {
        DateTimeOffset? created = TimeOf(row.Step);
        return field switch
        {
            "ID" => row.Id,
            "CreatedSince" => created is { } then ? Humanize.Ago(then, now) : "N/A",
            "CreatedAt" => created is { } then ? then.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "N/A",
            "CreatedBy" => Shorten(Printable.Escape(row.Step.CreatedBy ?? ""), noTrunc),
            "Size" => human ? Humanize.Size(row.Bytes) : row.Bytes.ToString(CultureInfo.InvariantCulture),
            _ => Printable.Escape(row.Step.Comment ?? ""),
        };
    }

    private static DateTimeOffset? TimeOf(HistoryEntry step) =>
        DateTimeOffset.TryParse(step.Created, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset then) && then != DateTimeOffset.UnixEpoch ? then : null;

    private static string Shorten(string text, bool noTrunc) => noTrunc ? text : Table.Shorten(text, CreatedByWidth);
}
