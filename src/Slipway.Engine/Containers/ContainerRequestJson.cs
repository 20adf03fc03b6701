using System.Text;
using Slipway.Engine.Networks;
using Slipway.Oci;
using Slipway.Oci.Json;

namespace Slipway.Engine.Containers;

/// <summary>A request as the database keeps it. A member that says the default may be missing: rows outlive versions.</summary>
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
        json.Write("Environment"u8, request.Environment);
        json.Write("WorkingDirectory"u8, request.WorkingDirectory);
        json.Write("User"u8, request.User);
        json.Write("Groups"u8, request.Groups);
        json.Write("Terminal"u8, request.Terminal);
        json.Write("Interactive"u8, request.Interactive);
        json.Write("AutoRemove"u8, request.AutoRemove);
        json.Write("Mounts"u8, request.Mounts, WriteMount);
        json.Write("MemoryBytes"u8, request.MemoryBytes);
        json.Write("NanoCpus"u8, request.NanoCpus);
        json.Write("PidsLimit"u8, request.PidsLimit);
        json.Write("ReadOnly"u8, request.ReadOnly);
        json.Write("Hostname"u8, request.Hostname);
        json.Write("Domainname"u8, request.Domainname);
        json.Write("Network"u8, request.Network);
        json.Write("Attachments"u8, request.Attachments, NetworkRequestJson.WriteAttachment);
        json.Write("Ports"u8, request.Ports, NetworkRequestJson.WritePort);
        json.Write("PublishAll"u8, request.PublishAll);
        json.Write("ExposedPorts"u8, request.ExposedPorts);
        json.Write("DnsServers"u8, request.DnsServers);
        json.Write("DnsSearch"u8, request.DnsSearch);
        json.Write("DnsOptions"u8, request.DnsOptions);
        json.Write("ExtraHosts"u8, request.ExtraHosts);
        json.Write("Labels"u8, request.Labels);
        json.Write("StopSignal"u8, request.StopSignal);
        json.Write("StopTimeout"u8, request.StopTimeout);
        json.Write("CapAdd"u8, request.CapAdd);
        json.Write("CapDrop"u8, request.CapDrop);
        json.Write("NoNewPrivileges"u8, request.NoNewPrivileges);
        json.Write("SeccompUnconfined"u8, request.SeccompUnconfined);
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
                "Interactive" => r with { Interactive = json.Boolean() ?? false },
                "AutoRemove" => r with { AutoRemove = json.Boolean() ?? false },
                "Mounts" => r with { Mounts = json.List(ReadMount) ?? [] },
                "MemoryBytes" => r with { MemoryBytes = json.Int64() },
                "NanoCpus" => r with { NanoCpus = json.Int64() },
                "PidsLimit" => r with { PidsLimit = json.Int64() },
                "ReadOnly" => r with { ReadOnly = json.Boolean() ?? false },
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
                "StopSignal" => r with { StopSignal = json.String() },
                "StopTimeout" => r with { StopTimeout = json.Int32() },
                "CapAdd" => r with { CapAdd = json.Strings() ?? [] },
                "CapDrop" => r with { CapDrop = json.Strings() ?? [] },
                "NoNewPrivileges" => r with { NoNewPrivileges = json.Boolean() ?? false },
                "SeccompUnconfined" => r with { SeccompUnconfined = json.Boolean() ?? false },
                _ => Skipped(ref json, r),
            };
        }
        return r;
    }

    private static ContainerRequest Skipped(scoped ref JsonReader json, ContainerRequest request)
    {
        json.Skip();
        return request;
    }

    private static void WriteMount(JsonWriter json, MountRequest mount)
    {
        json.Write("Kind"u8, mount.Kind == MountKind.Bind ? "Bind" : "Volume");
        json.Write("Source"u8, mount.Source);
        json.Write("Target"u8, mount.Target);
        json.Write("ReadOnly"u8, mount.ReadOnly);
        json.Write("Anonymous"u8, mount.Anonymous);
    }

    private static MountRequest? ReadMount(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? kind = null, source = null, target = null;
        bool? readOnly = null, anonymous = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "Kind": kind = json.String(); break;
                case "Source": source = json.String(); break;
                case "Target": target = json.String(); break;
                case "ReadOnly": readOnly = json.Boolean(); break;
                case "Anonymous": anonymous = json.Boolean(); break;
                default: json.Skip(); break;
            }
        }
        return new MountRequest(
            kind switch { "Bind" => MountKind.Bind, "Volume" => MountKind.Volume, _ => throw json.Error("a mount is a Bind or a Volume") },
            source ?? throw json.Missing("Source"),
            target ?? throw json.Missing("Target"),
            readOnly ?? false,
            anonymous ?? false);
    }
}
