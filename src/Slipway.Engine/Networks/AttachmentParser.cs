using System.Globalization;
using Slipway.Engine.Containers.Requests;
using Slipway.Oci;

namespace Slipway.Engine.Networks;

/// <summary>Reads <c>--network</c>: a name, or <c>name=NET,alias=NAME,ip=…,ip6=…,mac-address=…,link-local-ip=…,driver-opt=K=V,gw-priority=N</c>.</summary>
public static class AttachmentParser
{
    /// <summary>Reads one value.</summary>
    /// <exception cref="SlipwayException">InvalidArgument.</exception>
    public static NetworkAttachment Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.Contains('=', StringComparison.Ordinal) || SharedMode.ContainerOf(text) is not null)
            return new() { Network = text };
        NetworkAttachment read = new() { Network = "" };
        foreach (string field in text.Split(','))
        {
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                throw Invalid(text, $"invalid field {field}: want key=value");
            read = With(text, read, field[..equals].ToLowerInvariant(), field[(equals + 1)..]);
        }
        return read.Network.Length > 0 ? read : throw Invalid(text, "network name/id is not specified");
    }

    private static NetworkAttachment With(string text, NetworkAttachment read, string key, string value) => key switch
    {
        "name" => read with { Network = value },
        "alias" => read with { Aliases = [.. read.Aliases, value] },
        "ip" => read with { Ipv4Address = value },
        "ip6" => read with { Ipv6Address = value },
        "mac-address" => read with { MacAddress = value },
        "link-local-ip" => read with { LinkLocalAddresses = [.. read.LinkLocalAddresses, value] },
        "driver-opt" => read with { DriverOptions = DriverOption(text, read.DriverOptions, value) },
        "gw-priority" => read with
        {
            GatewayPriority = int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int priority)
                ? priority
                : throw Invalid(text, $"invalid gw-priority: '{value}' is not a number"),
        },
        _ => throw Invalid(text, $"invalid field key {key}"),
    };

    private static Dictionary<string, string> DriverOption(string text, IReadOnlyDictionary<string, string> options, string option)
    {
        int equals = option.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? throw Invalid(text, "invalid key value pair format in driver options") : new(options) { [option[..equals]] = option[(equals + 1)..] };
    }

    private static SlipwayException Invalid(string text, string why) => new(ErrorKind.InvalidArgument, $"invalid network specification '{Linux.Printable.Escape(text)}': {why}");
}
