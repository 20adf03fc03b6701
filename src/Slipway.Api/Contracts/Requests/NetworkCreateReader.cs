using Slipway.Api.Wire;
using Slipway.Engine.Networks;

namespace Slipway.Api.Contracts.Requests;

/// <summary>Reads the body of <c>POST /networks/create</c>.</summary>
internal static class NetworkCreateReader
{
    /// <exception cref="ApiException">400: what can't be here, or a value that can't be.</exception>
    public static NetworkRequest Read(JsonInput body, ApiVersion version)
    {
        if (body.Flag("Ingress"))
            throw ApiException.BadRequest("network create: Ingress is swarm's, which this is not");
        if (body.Text("Scope") is not (null or "local") and var scope)
            throw ApiException.BadRequest($"network create: scope '{Linux.Printable.Escape(scope)}' is swarm's, which this is not");
        JsonInput ipam = body.Object("IPAM");
        if (ipam.Text("Driver") is not (null or "default") and var driver)
            throw ApiException.BadRequest($"network create: IPAM driver '{Linux.Printable.Escape(driver)}' not found");
        IReadOnlyList<JsonInput> pools = ipam.Objects("Config");
        return new()
        {
            Name = body.Text("Name") ?? throw ApiException.BadRequest("network create: Name is missing"),
            Driver = body.Text("Driver") is { } named and not "default" ? named : "bridge",
            ConfigOnly = body.Flag("ConfigOnly"),
            ConfigFrom = body.Object("ConfigFrom").Text("Network") ?? "",
            Internal = body.Flag("Internal"),
            Attachable = body.Flag("Attachable"),
            EnableIPv4 = !OldClient.HasFamilies(version) || (body.Bool("EnableIPv4") ?? true),
            EnableIPv6 = body.Flag("EnableIPv6"),
            Subnets = [.. pools.Select(p => p.Text("Subnet")).OfType<string>()],
            Gateways = [.. pools.Select(p => p.Text("Gateway")).OfType<string>()],
            Ranges = [.. pools.Select(p => p.Text("IPRange")).OfType<string>()],
            Reserved = pools.SelectMany(p => p.Map("AuxiliaryAddresses")).ToDictionary(),
            Options = body.Map("Options"),
            AddressOptions = ipam.Map("Options"),
            Labels = body.Map("Labels"),
        };
    }
}
