using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Cli.Commands;

internal sealed class ImagesCommand : SlipCommand
{
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Only ids" };
    private readonly Option<bool> _noTrunc = new("--no-trunc") { Description = "Don't shorten ids" };
    private readonly Option<bool> _digests = new("--digests") { Description = "Show digests" };
    private readonly Option<bool> _all = new("--all", "-a") { Description = "All images (there are no hidden ones)" };
    private readonly Argument<string?> _name = new("REPOSITORY[:TAG]") { Arity = ArgumentArity.ZeroOrOne };

    public ImagesCommand()
        : base("images", "Lists images, newest first. SIZE is what the unpacked layers occupy; layers that images share are counted in each.")
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_quiet, _noTrunc, _digests, _all])
            Options.Add(option);
        Arguments.Add(_name);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        string? filter = line.GetValue(_name);
        bool noTrunc = line.GetValue(_noTrunc);
        List<(ImageRecord Image, Reference? Name)> rows = [.. Rows(engine.Images.List()).Where(r => filter is null || Matches(r.Name, filter))];
        if (line.GetValue(_quiet))
        {
            foreach (string id in rows.Select(r => noTrunc ? r.Image.Id.ToString() : r.Image.Id.Short).Distinct())
                Console.Out.WriteLine(id);
            return 0;
        }
        bool digests = line.GetValue(_digests);
        ILookup<Digest, Reference>? known = digests ? engine.Images.AllDigests() : null;
        var table = new Table(digests ? ["REPOSITORY", "TAG", "DIGEST", "IMAGE ID", "CREATED", "SIZE"] : ["REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE"]);
        DateTimeOffset now = engine.Options.Clock.GetUtcNow();
        foreach ((ImageRecord image, Reference? name) in rows)
        {
            string repository = name?.FamiliarRepository ?? "<none>";
            string tag = name?.Tag ?? "<none>";
            string id = noTrunc ? image.Id.ToString() : image.Id.Short;
            string created = image.Created == DateTimeOffset.UnixEpoch ? "N/A" : Humanize.Ago(image.Created, now);
            string size = Humanize.Size(engine.Disk.LayerBytes(image));
            table.Add(known is not null ? [repository, tag, DigestOf(known[image.Id], name), id, created, size] : [repository, tag, id, created, size]);
        }
        table.Print();
        return 0;
    }

    private static string DigestOf(IEnumerable<Reference> digests, Reference? name) =>
        digests.FirstOrDefault(d => d.Repository == name?.Repository)?.Digest?.ToString() ?? "<none>";

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

    private static bool Matches(Reference? name, string filter) =>
        name is not null && Reference.TryParse(filter, out Reference? wanted)
        && name.Repository == wanted.Repository && (!filter[(filter.LastIndexOf('/') + 1)..].Contains(':', StringComparison.Ordinal) || name.Tag == wanted.Tag);
}
