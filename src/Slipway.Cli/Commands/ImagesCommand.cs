using System.CommandLine;
using System.Globalization;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Disk;
using Slipway.Engine.Images;
using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Cli.Commands;

internal sealed class ImagesCommand : SlipCommand
{
    private const string None = "<none>";
    private const string Columns = "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}";
    private const string WithDigests = "{{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}";

    private static readonly Dictionary<string, string> s_headings = new()
    {
        ["Repository"] = "REPOSITORY", ["Tag"] = "TAG", ["Digest"] = "DIGEST", ["ID"] = "IMAGE ID", ["CreatedSince"] = "CREATED", ["CreatedAt"] = "CREATED AT", ["Size"] = "SIZE",
        ["SharedSize"] = "SHARED SIZE", ["UniqueSize"] = "UNIQUE SIZE", ["Containers"] = "CONTAINERS",
    };

    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Only ids" };
    private readonly Option<bool> _noTrunc = new("--no-trunc") { Description = "Don't shorten ids" };
    private readonly Option<bool> _digests = new("--digests") { Description = "Show digests" };
    private readonly Option<bool> _all = new("--all", "-a") { Description = "All images (there are no hidden ones)" };
    private readonly Option<string[]> _filter = new("--filter", "-f") { Description = "dangling=true, label=KEY[=VALUE], reference=PATTERN, before=IMAGE, since=IMAGE, until=TIME" };
    private readonly Option<string?> _format = new("--format") { Description = "'table', 'table TEMPLATE', 'json' or a Go template: '{{.Repository}}:{{.Tag}} {{.Size}}'" };
    private readonly Argument<string?> _name = new("REPOSITORY[:TAG]") { Arity = ArgumentArity.ZeroOrOne };

    public ImagesCommand()
        : base("images", "Lists images, newest first. SIZE is what the unpacked layers occupy; layers that images share are counted in each.")
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_quiet, _noTrunc, _digests, _all, _filter, _format])
            Options.Add(option);
        Arguments.Add(_name);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        bool noTrunc = line.GetValue(_noTrunc), digests = line.GetValue(_digests);
        string? format = line.GetValue(_format);
        // A name is a pattern like any other.
        string[] filters = [.. line.GetValue(_filter) ?? [], .. line.GetValue(_name) is { } wanted ? [$"reference={wanted}"] : (string[])[]];
        DateTimeOffset now = engine.Options.Clock.GetUtcNow();
        var filter = ImageFilter.Parse(filters, engine.Images.Get, now);
        IReadOnlyList<ImageRecord> images = engine.Images.List();
        IEnumerable<ImageRow> rows = ImageRow.Of(images, engine.Images.AllDigests(), digests || ListPrinter.Asks(format, "Digest")).Where(r => filter.Matches(r.Image, r.Name));
        if (line.GetValue(_quiet) && format is null)
        {
            StandardOutput.WriteLines(rows.Select(r => IdOf(r.Image, noTrunc)).Distinct());
            return 0;
        }
        var sharing = new Lazy<LayerSharing>(() => engine.Disk.SharingOf(images));
        IReadOnlyDictionary<Digest, long> sizes = engine.Images.Sizes();
        new ListPrinter(digests ? WithDigests : Columns, s_headings) { KeepsAll = noTrunc }.Print(format, rows.Select(r => new ListRow(
            field => FieldOf(r, field, sizes, sharing, now, noTrunc), () => r.Image.Config.Config?.Labels)));
        return 0;
    }

    private static string FieldOf(ImageRow row, string field, IReadOnlyDictionary<Digest, long> sizes, Lazy<LayerSharing> sharing, DateTimeOffset now, bool noTrunc)
    {
        ImageRecord image = row.Image;
        bool undated = image.ListedAt == DateTimeOffset.UnixEpoch;
        return field switch
        {
            "CreatedAt" => undated ? "N/A" : image.ListedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss '+0000 UTC'", CultureInfo.InvariantCulture),
            "CreatedSince" => undated ? "N/A" : Humanize.Ago(image.ListedAt, now),
            "Digest" => row.Digest?.ToString() ?? None,
            "ID" => IdOf(image, noTrunc),
            "Repository" => row.Name?.FamiliarRepository ?? None,
            "SharedSize" => Humanize.Size(sharing.Value.Of(image).Shared),
            "Size" => Humanize.Size(sizes.GetValueOrDefault(image.Id)),
            "Tag" => row.Name?.Tag ?? None,
            "UniqueSize" => Humanize.Size(sharing.Value.Of(image).Unique),
            _ => "N/A",
        };
    }

    private static string IdOf(ImageRecord image, bool whole) => whole ? image.Id.ToString() : image.Id.Short;
}
