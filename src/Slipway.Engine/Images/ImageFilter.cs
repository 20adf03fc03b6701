using Slipway.Engine.Filters;
using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Engine.Images;

/// <summary>Which images a list takes: docker's filters, all of which must hold (of one key, any).</summary>
public sealed class ImageFilter
{
    private readonly FilterList _wanted;
    private readonly bool? _dangling;
    private readonly (DateTimeOffset, DateTimeOffset)? _before;
    private readonly (DateTimeOffset, DateTimeOffset)? _since;
    private readonly DateTimeOffset? _until;

    private ImageFilter(FilterList wanted, Func<string, ImageRecord> find, DateTimeOffset now)
    {
        _wanted = wanted;
        _dangling = wanted.Flag("dangling");
        _before = wanted["before"].Select(n => AgeOf(find(n))).Min();
        _since = wanted["since"].Select(n => AgeOf(find(n))).Max();
        // Images are kept with milliseconds: one that was made at the very moment is not from before it.
        _until = wanted.Time("until", now) is { } until ? DateTimeOffset.FromUnixTimeMilliseconds(until.ToUnixTimeMilliseconds()) : null;
    }

    /// <summary>Reads <c>key=value</c>: dangling, label, label!, reference, before, since, until.</summary>
    /// <param name="filters">As on the command line.</param>
    /// <param name="find">Finds the image that before and since name.</param>
    /// <param name="now">For an until that counts back.</param>
    /// <exception cref="SlipwayException">InvalidArgument: another key, or a value that it can't have; NotFound: no such image.</exception>
    public static ImageFilter Parse(IEnumerable<string> filters, Func<string, ImageRecord> find, DateTimeOffset now) =>
        new(FilterList.Parse(filters, "images", "dangling", "label", "label!", "reference", "before", "since", "until"), find, now);

    /// <summary>Whether an image is dangling: no tag points at it, though a registry may have it under a digest.</summary>
    public static bool IsDangling(ImageRecord image) => !image.Names.Any(n => n.Tag is not null && n.Digest is null);

    /// <summary>Whether an image, shown under this name (null: none), is taken.</summary>
    public bool Matches(ImageRecord image, Reference? name) =>
        (_dangling is not { } dangling || dangling == IsDangling(image))
        && _wanted.Any("reference", pattern => name is not null && IsLike(name, pattern))
        && (_before is null || Nullable.Compare(AgeOf(image), _before) < 0)
        && (_since is null || Nullable.Compare(AgeOf(image), _since) > 0)
        && (_until is not { } until || image.FreshAt < until)
        && (!_wanted.HasLabels || _wanted.Labels(image.Config.Config?.Labels));

    // Builds are reproducible: what has one base can have one time, and then counts as old as it is here.
    private static (DateTimeOffset, DateTimeOffset)? AgeOf(ImageRecord image) => image.Age;

    // As docker: with or without the tag, familiar; and full as well.
    private static bool IsLike(Reference name, string pattern) =>
        PathPattern.Matches(pattern, name.Familiar) || PathPattern.Matches(pattern, name.FamiliarRepository)
        || PathPattern.Matches(pattern, name.ToString()) || PathPattern.Matches(pattern, name.Repository);
}
