using System.Text;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Networks;
using Slipway.Oci;
using Slipway.Oci.Json;
using Slipway.Oci.Runtime;

namespace Slipway.Engine.Containers;

/// <summary>A request as the database keeps it. A member that says the default is missing: rows outlive versions, and are small so.</summary>
internal static class ContainerRequestJson
{
    private static readonly ContainerRequest s_default = new() { Image = "" };

    public static ContainerRequest Read(string text) => JsonReader.Read(Encoding.UTF8.GetBytes(text), "a container's row", ErrorKind.Corrupt, Read);

    public static string Write(ContainerRequest request) => Encoding.UTF8.GetString(JsonWriter.Document(request, static (json, request) =>
    {
        json.Write("Image"u8, request.Image);
        json.Write("Name"u8, request.Name);
        json.Write("Entrypoint"u8, request.Entrypoint);
        json.Write("Command"u8, request.Command);
        json.WriteSet("Environment"u8, request.Environment);
        json.Write("WorkingDirectory"u8, request.WorkingDirectory);
        json.Write("User"u8, request.User);
        json.WriteSet("Groups"u8, request.Groups);
        json.WriteSet("Terminal"u8, request.Terminal);
        json.Write("ConsoleSize"u8, request.ConsoleSize, ProcessSpecJson.WriteConsoleSize);
        json.WriteSet("Interactive"u8, request.Interactive);
        json.Write("Attached"u8, request.Attached);
        json.WriteSet("Mounts"u8, request.Mounts, MountRequestJson.Write);
        json.Write("Hostname"u8, request.Hostname);
        json.Write("Domainname"u8, request.Domainname);
        if (request.Network != s_default.Network)
            json.Write("Network"u8, request.Network);
        json.Write("Attachments"u8, request.Attachments, NetworkRequestJson.WriteAttachment);
        json.WriteSet("Ports"u8, request.Ports, NetworkRequestJson.WritePort);
        json.WriteSet("PublishAll"u8, request.PublishAll);
        json.WriteSet("ExposedPorts"u8, request.ExposedPorts);
        json.WriteSet("DnsServers"u8, request.DnsServers);
        json.WriteSet("DnsSearch"u8, request.DnsSearch);
        json.WriteSet("DnsOptions"u8, request.DnsOptions);
        json.WriteSet("ExtraHosts"u8, request.ExtraHosts);
        json.WriteSet("Labels"u8, request.Labels);
        json.WriteSet("Annotations"u8, request.Annotations);
        json.WriteSet("NetworkDisabled"u8, request.NetworkDisabled);
        json.Write("Shell"u8, request.Shell);
        json.Write("OnBuild"u8, request.OnBuild);
        json.Write("ContainerIdFile"u8, request.ContainerIdFile);
        json.Write("Runtime"u8, request.Runtime);
        json.Write("Isolation"u8, request.Isolation);
        json.Write("VolumeDriver"u8, request.VolumeDriver);
        json.WriteSet("VolumesFrom"u8, request.VolumesFrom);
        LifecycleRequestJson.Write(json, request);
        ResourceRequestJson.Write(json, request.Resources);
        SecurityRequestJson.Write(json, request.Security);
    }));

    // A copy for each member that is there: few are, and every name stands once.
    private static ContainerRequest? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        ContainerRequest r = s_default;
        while (json.NextMember(out string? name))
        {
            r = name switch
            {
                "Image" => r with { Image = json.String() ?? "" },
                "Name" => r with { Name = json.String() },
                "Entrypoint" => r with { Entrypoint = json.Strings() },
                "Command" => r with { Command = json.Strings() },
                "Environment" => r with { Environment = json.Strings() ?? [] },
                "WorkingDirectory" => r with { WorkingDirectory = json.String() },
                "User" => r with { User = json.String() },
                "Groups" => r with { Groups = json.Strings() ?? [] },
                "Terminal" => r with { Terminal = json.Boolean() ?? false },
                "ConsoleSize" => r with { ConsoleSize = ProcessSpecJson.ReadConsoleSize(ref json) },
                "Interactive" => r with { Interactive = json.Boolean() ?? false },
                "Attached" => r with { Attached = json.Strings() },
                "Mounts" => r with { Mounts = json.List(MountRequestJson.Read) ?? [] },
                "Hostname" => r with { Hostname = json.String() },
                "Domainname" => r with { Domainname = json.String() },
                "Network" => r with { Network = json.String() ?? s_default.Network },
                "Attachments" => r with { Attachments = json.List(NetworkRequestJson.ReadAttachment) },
                "Ports" => r with { Ports = json.List(NetworkRequestJson.ReadPort) ?? [] },
                "PublishAll" => r with { PublishAll = json.Boolean() ?? false },
                "ExposedPorts" => r with { ExposedPorts = json.Strings() ?? [] },
                "DnsServers" => r with { DnsServers = json.Strings() ?? [] },
                "DnsSearch" => r with { DnsSearch = json.Strings() ?? [] },
                "DnsOptions" => r with { DnsOptions = json.Strings() ?? [] },
                "ExtraHosts" => r with { ExtraHosts = json.Strings() ?? [] },
                "Labels" => r with { Labels = json.StringMap() ?? s_default.Labels },
                "VolumesFrom" => r with { VolumesFrom = json.Strings() ?? [] },
                "NetworkDisabled" => r with { NetworkDisabled = json.Boolean() ?? false },
                "Shell" => r with { Shell = json.Strings() },
                "OnBuild" => r with { OnBuild = json.Strings() },
                "ContainerIdFile" => r with { ContainerIdFile = json.String() },
                "Runtime" => r with { Runtime = json.String() },
                "Isolation" => r with { Isolation = json.String() },
                "VolumeDriver" => r with { VolumeDriver = json.String() },
                "Annotations" => r with { Annotations = json.StringMap() ?? s_default.Annotations },
                _ => ReadOfTheme(ref json, name, r),
            };
        }
        return r;
    }

    // The members stand side by side in the row, whatever theme they belong to.
    private static ContainerRequest ReadOfTheme(scoped ref JsonReader json, string name, ContainerRequest r)
    {
        if (LifecycleRequestJson.Read(ref json, name, r) is { } read)
            return read;
        if (ResourceRequestJson.Read(ref json, name, r.Resources) is { } resources)
            return r with { Resources = resources };
        if (SecurityRequestJson.Read(ref json, name, r.Security) is { } security)
            return r with { Security = security };
        json.Skip();
        return r;
    }
}
