using System.Text.Json.Nodes;
using Slipway.Engine.Containers;
using Slipway.Engine.Inspecting;
using Slipway.Engine.Networks;
using Slipway.Oci.Image;

namespace Slipway.Engine.Recording;

/// <summary>A container's creation as the body of <c>POST /containers/create</c> (Docker Engine API, ContainerCreate). Members that say the default are left out.</summary>
internal static class CreateBodyText
{
    private static readonly JsonObject s_defaults = InspectHostConfigJson.Of(new ContainerRequest { Image = "" });

    public static string Of(ContainerRecord record, bool secrets)
    {
        ContainerRequest request = record.Request with { Mounts = [.. record.Request.Mounts.Where(m => !m.IsInherited)] };
        if (!secrets)
            request = Masked(request);
        JsonObject body = Config(request);
        body["HostConfig"] = HostConfig(request);
        if (request.Attachments is { } attachments)
            body["NetworkingConfig"] = new JsonObject { ["EndpointsConfig"] = new JsonObject(attachments.Select(a => KeyValuePair.Create(a.Network, (JsonNode?)Endpoint(a)))) };
        return body.ToJsonString(InspectJson.Indented) + "\n";
    }

    /// <summary>The request without its secrets.</summary>
    public static ContainerRequest Masked(ContainerRequest request) => request with
    {
        Environment = [.. request.Environment.Select(SecretMask.Pair)],
        Labels = Masked(request.Labels),
        Annotations = Masked(request.Annotations),
        Entrypoint = request.Entrypoint is { } entrypoint ? SecretMask.Arguments(entrypoint) : null,
        Command = request.Command is { } command ? SecretMask.Arguments(command) : null,
        Health = request.Health is { } health ? health with { Test = SecretMask.Arguments(health.Test) } : null,
        Mounts = [.. request.Mounts.Select(m => m with { VolumeOptions = m.VolumeOptions.ToDictionary(o => o.Key, o => Value(o.Key, string.Join(',', o.Value.Split(',').Select(SecretMask.Pair)))) })],
        Log = request.Log with { Options = Masked(request.Log.Options) },
    };

    private static Dictionary<string, string> Masked(IReadOnlyDictionary<string, string> values) => values.ToDictionary(v => v.Key, v => Value(v.Key, v.Value));

    private static string Value(string name, string value) => SecretMask.Pair($"{name}={value}")[(name.Length + 1)..];

    private static JsonObject Config(ContainerRequest request)
    {
        JsonObject body = new() { ["Image"] = request.Image };
        void Add(string name, JsonNode? value)
        {
            if (value is not (null or JsonArray { Count: 0 } or JsonObject { Count: 0 }))
                body[name] = value;
        }
        Add("Hostname", request.Hostname);
        Add("Domainname", request.Domainname);
        Add("User", request.User);
        body["AttachStdin"] = request.IsAttached("stdin");
        body["AttachStdout"] = request.IsAttached("stdout");
        body["AttachStderr"] = request.IsAttached("stderr");
        body["Tty"] = request.Terminal;
        body["OpenStdin"] = request.Interactive;
        body["StdinOnce"] = request.Interactive && request.IsAttached("stdin");
        Add("ExposedPorts", Set(request.ExposedPorts));
        Add("Env", InspectJson.List(request.Environment));
        // An empty entry point is one without a name: [] would be the image's.
        Add("Entrypoint", request.Entrypoint is { } entrypoint ? InspectJson.List(entrypoint.Count == 0 ? [""] : entrypoint) : null);
        Add("Cmd", request.Command is { } command ? InspectJson.List(command) : null);
        Add("WorkingDir", request.WorkingDirectory);
        Add("Labels", InspectJson.Map(request.Labels));
        Add("Volumes", Set(request.Mounts.Where(m => m is { Anonymous: true, IsDetailed: false }).Select(m => m.Target)));
        Add("Shell", request.Shell is { } shell ? InspectJson.List(shell) : null);
        Add("OnBuild", request.OnBuild is { } later ? InspectJson.List(later) : null);
        if (request.NetworkDisabled)
            body["NetworkDisabled"] = true;
        Add("StopSignal", request.StopSignal);
        Add("StopTimeout", request.StopTimeout);
        if (request.Health is { } health)
            body["Healthcheck"] = JsonNode.Parse(Oci.Json.JsonWriter.Document(health, HealthCheckJson.Write));
        return body;
    }

    private static JsonObject Set(IEnumerable<string> keys) => new(keys.Distinct().Select(k => KeyValuePair.Create(k, (JsonNode?)new JsonObject())));

    private static JsonObject HostConfig(ContainerRequest request)
    {
        JsonObject host = InspectHostConfigJson.Of(request with { Security = CapabilityBase.For(request.Security, docker: true) });
        foreach ((string name, JsonNode? value) in s_defaults)
        {
            if (name != "NetworkMode" && JsonNode.DeepEquals(host[name], value))
                host.Remove(name);
        }
        // These follow from others unless they were asked for; unconfined paths are two empty lists here.
        if (request.Security.MaskedPaths is null)
            host.Remove("MaskedPaths");
        if (request.Security.ReadonlyPaths is null)
            host.Remove("ReadonlyPaths");
        // Where nothing is said, docker's clients get the host's for one that may do all.
        if (request.Security.Privileged)
            host["CgroupnsMode"] ??= "private";
        host.Remove("Links"); // each is said with its network
        if (request.Resources.MemorySwap is null)
            host.Remove("MemorySwap");
        if (request.Resources.PidsLimit is < 0)
            host["PidsLimit"] = -1; // shown as 0, which asks for the default
        if (request.Security.SystemPathsUnconfined)
        {
            host["MaskedPaths"] = new JsonArray();
            host["ReadonlyPaths"] = new JsonArray();
            host["SecurityOpt"] = InspectJson.List(host["SecurityOpt"]!.AsArray().Select(o => (string)o!).Where(o => o != "systempaths=unconfined"));
        }
        return host;
    }

    private static JsonObject Endpoint(NetworkAttachment a)
    {
        JsonObject endpoint = [];
        if (a.Aliases.Count > 0)
            endpoint["Aliases"] = InspectJson.List(a.Aliases);
        if (a.Links.Count > 0)
            endpoint["Links"] = InspectJson.List(a.Links);
        if (a.MacAddress is not null)
            endpoint["MacAddress"] = a.MacAddress;
        if (a.DriverOptions.Count > 0)
            endpoint["DriverOpts"] = InspectJson.Map(a.DriverOptions);
        if (a.GatewayPriority != 0)
            endpoint["GwPriority"] = a.GatewayPriority;
        JsonObject addresses = [];
        if (a.Ipv4Address is not null)
            addresses["IPv4Address"] = a.Ipv4Address;
        if (a.Ipv6Address is not null)
            addresses["IPv6Address"] = a.Ipv6Address;
        if (a.LinkLocalAddresses.Count > 0)
            addresses["LinkLocalIPs"] = InspectJson.List(a.LinkLocalAddresses);
        if (addresses.Count > 0)
            endpoint["IPAMConfig"] = addresses;
        return endpoint;
    }
}
