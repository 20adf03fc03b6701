using System.Globalization;
using Slipway.Oci;

namespace Slipway.Engine.Filters;

/// <summary>The filters of a list or a prune as they are written: <c>key=value</c>, a key perhaps several times.</summary>
public sealed class FilterList
{
    private readonly ILookup<string, string> _values;

    private FilterList(ILookup<string, string> values) => _values = values;

    /// <summary>No filter.</summary>
    public static FilterList None { get; } = Parse([], "");

    /// <summary>The values of a key.</summary>
    public IEnumerable<string> this[string key] => _values[key];

    /// <summary>Whether labels matter.</summary>
    public bool HasLabels => Has("label") || Has("label!");

    /// <summary>Reads them.</summary>
    /// <param name="filters">As on the command line.</param>
    /// <param name="whose">What knows the keys, for the message: <c>images</c>.</param>
    /// <param name="keys">All there are.</param>
    /// <exception cref="SlipwayException">InvalidArgument: not key=value, or another key.</exception>
    public static FilterList Parse(IEnumerable<string> filters, string whose, params string[] keys)
    {
        ILookup<string, string> values = filters.Select(Split).ToLookup(f => f.Key, f => f.Value, StringComparer.Ordinal);
        return values.FirstOrDefault(v => !keys.Contains(v.Key)) is { } unknown
            ? throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid filter '{unknown.Key}'") { Hint = $"{whose} know {string.Join(", ", keys)}" }
            : new(values);
    }

    /// <summary>Whether a key was given.</summary>
    public bool Has(string key) => _values.Contains(key);

    /// <summary>Whether a key's values take something: any of them, or there are none.</summary>
    public bool Any(string key, Func<string, bool> takes) => !Has(key) || this[key].Any(takes);

    /// <summary>A key whose values are yes or no; null where it wasn't given.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: another value.</exception>
    public bool? Flag(string key)
    {
        bool? flag = null;
        foreach (string value in this[key])
        {
            flag = value switch
            {
                "true" or "1" => true,
                "false" or "0" => flag ?? false,
                _ => throw Invalid(key, value, "it is true or false"),
            };
        }
        return flag;
    }

    /// <summary>Whether something with these labels is taken: it has all those of <c>label</c> and not those of <c>label!</c>.</summary>
    public bool Labels(IReadOnlyDictionary<string, string>? labels) =>
        this["label"].All(l => HasLabel(labels, l)) && (!Has("label!") || !this["label!"].All(l => HasLabel(labels, l)));

    /// <summary>A moment: a date, seconds since 1970, or a length of time back from now; null where it wasn't given.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: another value.</exception>
    public DateTimeOffset? Time(string key, DateTimeOffset now) => this[key].Select(v => (DateTimeOffset?)ReadMoment(key, v, now)).Min();

    /// <summary>The error of a value that a key can't have.</summary>
    public static SlipwayException Invalid(string key, string value, string hint) => new(ErrorKind.InvalidArgument, $"invalid filter '{key}={value}'") { Hint = hint };

    private static bool HasLabel(IReadOnlyDictionary<string, string>? labels, string label)
    {
        int equals = label.IndexOf('=', StringComparison.Ordinal);
        string key = equals < 0 ? label : label[..equals];
        return labels is not null && labels.TryGetValue(key, out string? value) && (equals < 0 || value == label[(equals + 1)..]);
    }

    private static (string Key, string Value) Split(string filter)
    {
        int equals = filter.IndexOf('=', StringComparison.Ordinal);
        // "label!=key" is the key "label!".
        return equals > 0 ? (filter[..equals].Trim().ToLowerInvariant(), filter[(equals + 1)..].Trim())
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid argument \"{filter}\" for \"-f, --filter\" flag: invalid filter '{filter}'") { Hint = "a filter is key=value" };
    }

    /// <summary>A moment as <see cref="Time"/> reads it, of a flag; null where it wasn't given.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: another value.</exception>
    public static DateTimeOffset? ReadTime(string key, string? text, DateTimeOffset now) => text is null ? null : ReadMoment(key, text, now);

    private static DateTimeOffset ReadMoment(string key, string text, DateTimeOffset now)
    {
        // "0" is the beginning of time, not no time ago, as with docker.
        if (text != "0" && DurationText.TryParse(text) is { } back)
            return now - back;
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds))
            return DateTimeOffset.UnixEpoch.AddTicks((long)(Math.Min(seconds, DateTimeOffset.MaxValue.ToUnixTimeSeconds()) * TimeSpan.TicksPerSecond));
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time
            : throw Invalid(key, text, "a time like 2026-01-02T15:04:05, seconds since 1970, or a length back from now like 24h");
    }
}
