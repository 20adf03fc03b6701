using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
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
        string? wanted = line.GetValue(_name);
        bool noTrunc = line.GetValue(_noTrunc);
        var filter = ImageFilter.Parse(line.GetValue(_filter)!, engine.Images.Get, engine.Options.Clock.GetUtcNow());
        IReadOnlyList<ImageRecord> images = engine.Images.List();
        List<(ImageRecord Image, Reference? Name)> rows = [.. Rows(images).Where(r => filter.Matches(r.Image, r.Name) && (wanted is null || IsNamed(r.Name, wanted)))];
        if (line.GetValue(_quiet) && line.GetValue(_format) is null)
        {
            foreach (string id in rows.Select(r => IdOf(r.Image, noTrunc)).Distinct())
                Console.Out.WriteLine(id);
            return 0;
        }
        var printer = new ListPrinter(line.GetValue(_digests) ? WithDigests : Columns, s_headings);
        LayerSharing sharing = engine.Disk.SharingOf(images);
        ILookup<Digest, Reference> digests = engine.Images.AllDigests();
        DateTimeOffset now = engine.Options.Clock.GetUtcNow();
        printer.Print(line.GetValue(_format), rows.Select(r => new ListRow(
            Fields(r.Image, r.Name, DigestOf(digests[r.Image.Id], r.Name), sharing.Of(r.Image), now, noTrunc), () => r.Image.Config.Config?.Labels)));
        return 0;
    }

    private static JsonObject Fields(ImageRecord image, Reference? name, string digest, (long Unique, long Shared) size, DateTimeOffset now, bool noTrunc)
    {
        bool undated = image.Created == DateTimeOffset.UnixEpoch;
        return new()
        {
            ["Containers"] = "N/A",
            ["CreatedAt"] = undated ? "N/A" : image.Created.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss '+0000 UTC'", CultureInfo.InvariantCulture),
            ["CreatedSince"] = undated ? "N/A" : Humanize.Ago(image.Created, now),
            ["Digest"] = digest,
            ["ID"] = IdOf(image, noTrunc),
            ["Repository"] = name?.FamiliarRepository ?? "<none>",
            ["SharedSize"] = Humanize.Size(size.Shared),
            ["Size"] = Humanize.Size(size.Unique + size.Shared),
            ["Tag"] = name?.Tag ?? "<none>",
            ["UniqueSize"] = Humanize.Size(size.Unique),
        };
    }

    private static string DigestOf(IEnumerable<Reference> digests, Reference? name) =>
        digests.FirstOrDefault(d => d.Repository == name?.Repository)?.Digest?.ToString() ?? "<none>";

    private static string IdOf(ImageRecord image, bool whole) => whole ? image.Id.ToString() : image.Id.Short;

    private static IEnumerable<(ImageRecord Image, Reference? Name)> Rows(IReadOnlyList<ImageRecord> images)
    {
        foreach (ImageRecord image in images.OrderByDescending(i => i.Created))
        {
            if (image.Names.Count == 0)
                yield return (image, null);
            foreach (Reference name in image.Names.OrderBy(n => n.Familiar, StringComparer.Ordinal))
                yield return (image, name);
        }
    }

    private static bool IsNamed(Reference? name, string wanted) =>
        name is not null && Reference.TryParse(wanted, out Reference? reference)
        && name.Repository == reference.Repository && (!wanted[(wanted.LastIndexOf('/') + 1)..].Contains(':', StringComparison.Ordinal) || name.Tag == reference.Tag);
}
