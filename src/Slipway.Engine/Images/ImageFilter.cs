using System.Globalization;
using System.IO.Enumeration;
using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Engine.Images;

/// <summary>Which images a list or a prune takes: docker's filters, all of which must hold (of one key, any).</summary>
public sealed class ImageFilter
{
    private readonly ILookup<string, string> _wanted;
    private readonly DateTimeOffset? _before;
    private readonly DateTimeOffset? _since;
    private readonly DateTimeOffset? _until;

    private ImageFilter(ILookup<string, string> wanted, DateTimeOffset? before, DateTimeOffset? since, DateTimeOffset? until) =>
        (_wanted, _before, _since, _until) = (wanted, before, since, until);

    /// <summary>Reads <c>key=value</c>: dangling, label, label!, reference, before, since, until.</summary>
    /// <param name="filters">As on the command line.</param>
    /// <param name="find">Finds the image that before and since name.</param>
    /// <param name="now">For an until that counts back.</param>
    /// <exception cref="SlipwayException">InvalidArgument: another key, or a value that it can't have; NotFound: no such image.</exception>
    public static ImageFilter Parse(IEnumerable<string> filters, Func<string, ImageRecord> find, DateTimeOffset now)
    {
        ILookup<string, string> wanted = filters.Select(Split).ToLookup(f => f.Key, f => f.Value, StringComparer.Ordinal);
        if (wanted.FirstOrDefault(w => w.Key is not ("dangling" or "label" or "label!" or "reference" or "before" or "since" or "until")) is { } unknown)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid filter '{unknown.Key}'") { Hint = "images know dangling, label, label!, reference, before, since and until" };
        if (wanted["dangling"].FirstOrDefault(v => v is not ("true" or "false" or "1" or "0")) is { } wrong)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid filter 'dangling={wrong}'");
        return new(wanted, Oldest(wanted["before"].Select(n => find(n).Created)), Newest(wanted["since"].Select(n => find(n).Created)), Oldest(wanted["until"].Select(u => Time(u, now))));
    }

    /// <summary>Whether an image, shown under this name (null: none), is taken.</summary>
    public bool Matches(ImageRecord image, Reference? name) =>
        (!_wanted.Contains("dangling") || _wanted["dangling"].Any(v => (v is "true" or "1") == (image.Names.Count == 0)))
        && (!_wanted.Contains("label") || _wanted["label"].All(l => HasLabel(image, l)))
        && !_wanted["label!"].Any(l => HasLabel(image, l))
        && (!_wanted.Contains("reference") || (name is not null && _wanted["reference"].Any(p => IsLike(name, p))))
        && (_before is not { } before || image.Created < before)
        && (_since is not { } since || image.Created > since)
        && (_until is not { } until || image.Created < until);

    private static bool HasLabel(ImageRecord image, string label)
    {
        int equals = label.IndexOf('=', StringComparison.Ordinal);
        string key = equals < 0 ? label : label[..equals];
        return image.Config.Config?.Labels is { } labels && labels.TryGetValue(key, out string? value) && (equals < 0 || value == label[(equals + 1)..]);
    }

    // As docker: with or without the tag, familiar or full; '*' stops at a slash.
    private static bool IsLike(Reference name, string pattern) =>
        ((string[])[name.Familiar, name.FamiliarRepository, name.ToString(), name.Repository]).Any(text =>
            text.Count(c => c == '/') == pattern.Count(c => c == '/')
            && text.Split('/').Zip(pattern.Split('/')).All(p => FileSystemName.MatchesSimpleExpression(p.Second, p.First, ignoreCase: false)));

    private static (string Key, string Value) Split(string filter)
    {
        int equals = filter.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 ? (filter[..equals], filter[(equals + 1)..])
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid argument \"{filter}\" for \"-f, --filter\" flag: invalid filter '{filter}'") { Hint = "a filter is key=value" };
    }

    private static DateTimeOffset Time(string text, DateTimeOffset now)
    {
        if (DurationText.TryParse(text) is { } back)
            return now - back;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds))
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid filter 'until={text}'") { Hint = "a time like 2026-01-02T15:04:05, seconds since 1970, or a length back from now like 24h" };
    }

    private static DateTimeOffset? Oldest(IEnumerable<DateTimeOffset> times) => times.Select(t => (DateTimeOffset?)t).Min();

    private static DateTimeOffset? Newest(IEnumerable<DateTimeOffset> times) => times.Select(t => (DateTimeOffset?)t).Max();
}
