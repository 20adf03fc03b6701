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
    private readonly Option<bool> _noTrunc = new("--no-trunc") { Description = "Don't shorten" };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Only ids" };
    private readonly Argument<string> _image = new("IMAGE");

    public HistoryCommand()
        : base("history", "Shows the steps that made an image, newest first, with what each step's layer occupies.")
    {
        Options.Add(_noTrunc);
        Options.Add(_quiet);
        Arguments.Add(_image);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        ImageRecord image = engine.Images.Get(line.GetValue(_image)!);
        bool noTrunc = line.GetValue(_noTrunc);
        if (line.GetValue(_quiet))
        {
            Console.Out.WriteLine(noTrunc ? image.Id.ToString() : image.Id.Short);
            return 0;
        }
        var table = new Table("IMAGE", "CREATED", "CREATED BY", "SIZE", "COMMENT");
        DateTimeOffset now = engine.Options.Clock.GetUtcNow();
        IReadOnlyList<(HistoryEntry Step, long Bytes)> steps = engine.Disk.StepsOf(image);
        for (int i = steps.Count - 1; i >= 0; i--)
        {
            (HistoryEntry step, long bytes) = steps[i];
            string id = i < steps.Count - 1 ? "<missing>" : noTrunc ? image.Id.ToString() : image.Id.Short;
            table.Add(id, CreatedText(step.Created, now), Shorten(Printable.Escape(step.CreatedBy ?? ""), noTrunc), Humanize.Size(bytes), step.Comment ?? "");
        }
        table.Print();
        return 0;
    }

    private static string CreatedText(string? created, DateTimeOffset now) =>
        DateTimeOffset.TryParse(created, CultureInfo.InvariantCulture, out DateTimeOffset then) && then != DateTimeOffset.UnixEpoch ? Humanize.Ago(then, now) : "N/A";

    private static string Shorten(string text, bool noTrunc) => noTrunc || text.Length <= CreatedByWidth ? text : text[..(CreatedByWidth - 1)] + "…";
}
