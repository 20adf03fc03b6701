using System.Globalization;
using Slipway.Oci;

namespace Slipway.Engine.Containers.Requests;

/// <summary>Reads a disk's number: <c>/dev/sda:100</c>, and in bytes <c>/dev/sda:1mb</c>.</summary>
public static class DeviceRateParser
{
    /// <summary>A weight, as <c>--blkio-weight-device</c> has it.</summary>
    /// <exception cref="SlipwayException">InvalidArgument, in docker's words.</exception>
    public static DeviceRate ParseWeight(string text)
    {
        (string path, string number) = Split(text);
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long weight) && weight is 0 or (>= 10 and <= 1000)
            ? new(path, weight)
            : throw Invalid($"invalid weight for device: {text}");
    }

    /// <summary>Bytes a second, as <c>--device-read-bps</c> has them.</summary>
    /// <exception cref="SlipwayException">InvalidArgument, in docker's words.</exception>
    public static DeviceRate ParseBytes(string text)
    {
        (string path, string number) = Split(text);
        try
        {
            return new(path, SizeText.Parse(number));
        }
        catch (SlipwayException)
        {
            throw Invalid($"invalid rate for device: {text}. The correct format is <device-path>:<number>[<unit>]. Number must be a positive integer. Unit is optional and can be kb, mb, or gb");
        }
    }

    /// <summary>Operations a second, as <c>--device-read-iops</c> has them.</summary>
    /// <exception cref="SlipwayException">InvalidArgument, in docker's words.</exception>
    public static DeviceRate ParseOperations(string text)
    {
        (string path, string number) = Split(text);
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long rate)
            ? new(path, rate)
            : throw Invalid($"invalid rate for device: {text}. The correct format is <device-path>:<number>. Number must be a positive integer");
    }

    private static (string Path, string Number) Split(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon == text.Length - 1)
            throw Invalid($"bad format: {text}");
        return text.StartsWith("/dev/", StringComparison.Ordinal) ? (text[..colon], text[(colon + 1)..]) : throw Invalid($"bad format for device path: {text}");
    }

    private static SlipwayException Invalid(string message) => new(ErrorKind.InvalidArgument, message);
}
