using Slipway.Oci;

namespace Slipway.Engine.Containers.Requests;

/// <summary>Reads <c>--device</c> and <c>--device-cgroup-rule</c>.</summary>
public static class DeviceParser
{
    private const string AllAccess = "rwm";

    /// <summary><c>/dev/fuse</c>, <c>/dev/sda:/dev/disk</c>, <c>/dev/sda:/dev/disk:r</c>, <c>/dev/sda:r</c>.</summary>
    /// <exception cref="SlipwayException">InvalidArgument.</exception>
    public static DeviceRequest Parse(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length > 3)
            throw Invalid($"invalid device specification: {text}");
        string access = AllAccess, inside = parts[0];
        if (parts.Length > 1)
        {
            if (parts.Length == 2 && IsAccess(parts[1]))
                access = parts[1];
            else
                inside = parts[1];
        }
        if (parts.Length == 3)
            access = IsAccess(parts[2]) ? parts[2] : throw Invalid($"bad mode specified: {parts[2]}");
        if (!parts[0].StartsWith('/') || parts[0].Contains('\0', StringComparison.Ordinal))
            throw Invalid($"invalid device specification: {text}: '{parts[0]}' is not an absolute path");
        if (!inside.StartsWith('/') || inside.Split('/').Contains(".."))
            throw Invalid($"invalid device specification: {text}: '{inside}' is not an absolute path");
        return new(parts[0], inside, access);
    }

    /// <summary>Checks a rule: <c>c 10:229 rwm</c>, <c>b 8:* r</c>, <c>a *:* rwm</c>.</summary>
    /// <exception cref="SlipwayException">InvalidArgument, in docker's words.</exception>
    public static string CheckRule(string text)
    {
        string[] parts = text.Split(' ');
        bool valid = parts.Length == 3 && parts[0] is "a" or "b" or "c" && parts.Length == 3
            && parts[1].Split(':') is [var major, var minor] && IsNumber(major) && IsNumber(minor) && IsAccess(parts[2]);
        return valid ? text : throw Invalid($"invalid argument \"{text}\" for \"--device-cgroup-rule\" flag: invalid device cgroup format '{text}'");
    }

    private static bool IsNumber(string text) => text == "*" || uint.TryParse(text, System.Globalization.NumberStyles.None, null, out _);

    private static bool IsAccess(string text) => text.Length is > 0 and <= 3 && !text.AsSpan().ContainsAnyExcept(AllAccess) && text.Distinct().Count() == text.Length;

    private static SlipwayException Invalid(string message) => new(ErrorKind.InvalidArgument, message);
}
