using System.Globalization;
using Slipway.Oci;

namespace Slipway.Engine.Containers.Requests;

/// <summary>Reads <c>--ulimit</c>: <c>nofile=1024:2048</c>, or one number for both; -1 is without limit.</summary>
public static class UlimitParser
{
    // setrlimit(2), without RLIMIT_AS, which docker doesn't know by this flag either.
    private static readonly string[] s_names =
        ["core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime", "sigpending", "stack"];

    /// <exception cref="SlipwayException">InvalidArgument, in docker's words.</exception>
    public static Ulimit Parse(string text)
    {
        string[] parts = text.Split('=', 2);
        if (parts.Length != 2)
            throw Invalid(text, $"invalid ulimit argument: {text}");
        if (!s_names.Contains(parts[0]))
            throw Invalid(text, $"invalid ulimit type: {parts[0]}");
        string[] numbers = parts[1].Split(':');
        if (numbers.Length > 2)
            throw Invalid(text, $"too many limit value arguments - {parts[1]}, can only have up to two, `soft[:hard]`");
        long soft = Number(text, numbers[0]), hard = Number(text, numbers[^1]);
        // No limit is more than any.
        if ((ulong)soft > (ulong)hard)
            throw Invalid(text, $"ulimit soft limit must be less than or equal to hard limit: {soft} > {hard}");
        return new(parts[0], soft, hard);
    }

    private static long Number(string text, string number) =>
        long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= -1
            ? value
            : throw Invalid(text, $"invalid ulimit value: {number}");

    private static SlipwayException Invalid(string text, string why) => new(ErrorKind.InvalidArgument, $"invalid argument \"{text}\" for \"--ulimit\" flag: {why}");
}
