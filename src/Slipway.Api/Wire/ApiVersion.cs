using System.Globalization;

namespace Slipway.Api.Wire;

/// <summary>A version of the Docker Engine API: <c>1.51</c>.</summary>
/// <param name="Major">Always 1 so far.</param>
/// <param name="Minor">24 to 51 are served.</param>
public readonly record struct ApiVersion(int Major, int Minor) : IComparable<ApiVersion>
{
    /// <summary>The newest that is served, and what a request without a version means.</summary>
    public static ApiVersion Newest { get; } = new(1, 51);

    /// <summary>The oldest that is served.</summary>
    public static ApiVersion Oldest { get; } = new(1, 24);

    /// <summary>Whether this is that version or a later one.</summary>
    public bool IsAtLeast(int minor) => CompareTo(new(1, minor)) >= 0;

    /// <summary>Reads <c>1.51</c>; null where it is none.</summary>
    public static ApiVersion? TryParse(ReadOnlySpan<char> text)
    {
        int dot = text.IndexOf('.');
        return dot > 0 && int.TryParse(text[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out int major)
            && int.TryParse(text[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int minor) ? new(major, minor) : null;
    }

    /// <inheritdoc/>
    public int CompareTo(ApiVersion other) => Major != other.Major ? Major.CompareTo(other.Major) : Minor.CompareTo(other.Minor);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    /// <summary>Which is older.</summary>
    public static bool operator <(ApiVersion left, ApiVersion right) => left.CompareTo(right) < 0;

    /// <summary>Which is newer.</summary>
    public static bool operator >(ApiVersion left, ApiVersion right) => left.CompareTo(right) > 0;

    /// <summary>Which is not newer.</summary>
    public static bool operator <=(ApiVersion left, ApiVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Which is not older.</summary>
    public static bool operator >=(ApiVersion left, ApiVersion right) => left.CompareTo(right) >= 0;
}
