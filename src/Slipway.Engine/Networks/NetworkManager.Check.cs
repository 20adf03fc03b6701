using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Linux;
using Slipway.Oci;

namespace Slipway.Engine.Networks;

public sealed partial class NetworkManager
{
    private const string NoAliases = "network-scoped alias is supported only for containers in user defined networks";

    /// <summary>Why an address of its own is refused, in docker's words.</summary>
    public const string NoAddress = "user specified IP address is supported on user defined networks only";

    /// <summary>Refuses a container's request where the parts about networks don't fit together.</summary>
    /// <exception cref="SlipwayException">InvalidArgument, in docker's words.</exception>
    internal static void Check(ContainerRequest request)
    {
        if (request.Network.Length == 0 || request.Network == SharedMode.Prefix)
            throw Invalid($"invalid network mode: {Printable.Escape(request.Network)}");
        bool isShared = SharedMode.ContainerOf(request.Network) is not null;
        if (IsPrivate(request.Network) && request.Attachments is { Count: > 0 })
            throw Invalid($"conflicting options: cannot attach both user-defined and non-user-defined network-modes: {request.Network} and {request.Attachments[0].Network}");
        if (isShared && (request.Ports.Count > 0 || request.PublishAll))
            throw Invalid("conflicting options: port publishing and the container type network mode");
        if (isShared && request.ExposedPorts.Count > 0)
            throw Invalid("conflicting options: port exposing and the container type network mode");
        if (isShared && request.ExtraHosts.Count > 0)
            throw Invalid("conflicting options: custom host-to-IP mapping and the network mode");
        if (isShared && (request.DnsServers.Count > 0 || request.DnsSearch.Count > 0 || request.DnsOptions.Count > 0))
            throw Invalid("conflicting options: dns and the network mode");
        if (isShared && request.Hostname is not null)
            throw Invalid("conflicting options: hostname and the network mode");
        if (request.DnsServers.FirstOrDefault(server => !AddressText.TryParse(server, out _)) is { } wrong)
            throw Invalid($"bad parameters: DNS address is not valid: {Printable.Escape(wrong)}");
        foreach (string entry in request.ExtraHosts)
            NameFiles.ParseExtra(entry);
        if (request.DnsSearch.Concat(request.DnsOptions).Append(request.Domainname ?? "").Any(text => text.AsSpan().ContainsAny(" \t\n\r\0")))
            throw Invalid("a domain or an option of resolv.conf has a space in it");
        HashSet<string> names = [];
        foreach (NetworkAttachment attachment in AttachmentsOf(request))
        {
            if (!names.Add(attachment.Network))
                throw Invalid($"network \"{attachment.Network}\" is specified multiple times");
            if (attachment.Aliases.Count > 0 && attachment.Network is DefaultName or "default")
                throw Invalid(NoAliases);
            if (attachment.Network is DefaultName or "default" && (attachment.Ipv4Address ?? attachment.Ipv6Address) is not null)
                throw Invalid(NoAddress);
            if (attachment.Aliases.FirstOrDefault(alias => !Slipway.Network.Dns.NameDirectory.IsName(alias.ToLowerInvariant())) is { } alias)
                throw Invalid($"invalid network alias: {Printable.Escape(alias)}");
            if (attachment.MacAddress is { } mac && Slipway.Network.MacAddress.TryParse(mac) is null)
                throw Invalid($"invalid config for network {Printable.Escape(attachment.Network)}: invalid MAC address {Printable.Escape(mac)}");
        }
    }
}
