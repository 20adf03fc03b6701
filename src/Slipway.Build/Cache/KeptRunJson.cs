using System.Text;
using Slipway.Build.Dockerfile;
using Slipway.Build.Graph;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Oci.Json;

namespace Slipway.Build.Cache;

/// <summary>A <see cref="KeptRun"/> as the database keeps it.</summary>
internal static class KeptRunJson
{
    public static string Write(KeptRun run) => Encoding.UTF8.GetString(JsonWriter.Document(run, static (json, run) =>
    {
        RunOperation step = run.Operation;
        json.Write("env"u8, step.Env);
        json.Write("cwd"u8, step.WorkingDirectory);
        json.Write("user"u8, step.User);
        json.Write("network"u8, step.Network);
        json.Write("insecure"u8, step.IsInsecure);
        json.Write("platform"u8, step.Platform.ToString());
        json.Write("hostname"u8, step.Limits.Hostname);
        json.Write("shm"u8, step.Limits.ShmSize);
        json.Write("hosts"u8, [.. step.Limits.Hosts.Select(host => $"{host.Host}={host.Address}")]);
        json.Write("ulimits"u8, step.Limits.Ulimits, static (json, limit) =>
        {
            json.Write("name"u8, limit.Name);
            json.Write("soft"u8, limit.Soft);
            json.Write("hard"u8, limit.Hard);
        });
        json.Write("scriptPath"u8, step.Script?.Path);
        json.Write("script"u8, step.Script?.Content);
        json.Write("mounts"u8, run.Mounts, WriteMount);
    }));

    /// <exception cref="SlipwayException">Corrupt.</exception>
    public static KeptRun Read(string text) => JsonReader.Read(Encoding.UTF8.GetBytes(text), "a failed step's row", ErrorKind.Corrupt, Read);

    private static void WriteMount(JsonWriter json, KeptMount kept)
    {
        RunMount mount = kept.Mount;
        json.Write("kind"u8, mount.Kind.ToString());
        json.Write("target"u8, mount.Target);
        json.Write("source"u8, mount.Source);
        json.Write("readonly"u8, mount.IsReadOnly);
        json.Write("size"u8, mount.Size);
        json.Write("id"u8, mount.Id);
        json.Write("sharing"u8, mount.Sharing.ToString());
        json.Write("env"u8, mount.Env);
        json.Write("mode"u8, mount.Mode);
        json.Write("uid"u8, mount.Uid);
        json.Write("gid"u8, mount.Gid);
        json.Write("context"u8, kept.Context);
        json.Write("from"u8, kept.From, WriteSource);
        json.Write("left"u8, kept.Left, WriteSource);
    }

    private static void WriteSource(JsonWriter json, MountSource source)
    {
        json.Write("chain"u8, source.Chain);
        json.Write("path"u8, source.Path);
        json.Write("own"u8, source.IsOwn);
    }

    private static KeptRun? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        var step = new RunOperation([], [], "/", "", "default");
        StepLimits limits = StepLimits.None;
        List<KeptMount> mounts = [];
        string? path = null, script = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "env": step = step with { Env = json.Strings() ?? [] }; break;
                case "cwd": step = step with { WorkingDirectory = json.String() ?? "/" }; break;
                case "user": step = step with { User = json.String() ?? "" }; break;
                case "network": step = step with { Network = json.String() ?? "default" }; break;
                case "insecure": step = step with { IsInsecure = json.Boolean() is true }; break;
                case "platform": step = step with { Platform = Platform.Parse(json.String() ?? "") }; break;
                case "hostname": limits = limits with { Hostname = json.String() ?? "" }; break;
                case "shm": limits = limits with { ShmSize = json.Int64() }; break;
                case "hosts": limits = limits with { Hosts = [.. (json.Strings() ?? []).Select(StepLimits.ParseHost)] }; break;
                case "ulimits": limits = limits with { Ulimits = json.List(ReadLimit) ?? [] }; break;
                case "scriptPath": path = json.String(); break;
                case "script": script = json.String(); break;
                case "mounts": mounts = json.List(ReadMount) ?? []; break;
                default: json.Skip(); break;
            }
        }
        return new(step with { Limits = limits, Script = path is not null && script is not null ? new(path, script) : null }, mounts);
    }

    private static Ulimit? ReadLimit(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        var limit = new Ulimit("", 0, 0);
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "name": limit = limit with { Name = json.String() ?? "" }; break;
                case "soft": limit = limit with { Soft = json.UInt64() ?? 0 }; break;
                case "hard": limit = limit with { Hard = json.UInt64() ?? 0 }; break;
                default: json.Skip(); break;
            }
        }
        return limit;
    }

    private static KeptMount? ReadMount(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        var mount = new RunMount();
        MountSource? from = null, left = null;
        string? context = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "kind": mount = mount with { Kind = Enum.Parse<MountKind>(json.String() ?? "") }; break;
                case "target": mount = mount with { Target = json.String() ?? "" }; break;
                case "source": mount = mount with { Source = json.String() ?? "" }; break;
                case "readonly": mount = mount with { IsReadOnly = json.Boolean() is true }; break;
                case "size": mount = mount with { Size = json.Int64() ?? 0 }; break;
                case "id": mount = mount with { Id = json.String() ?? "" }; break;
                case "sharing": mount = mount with { Sharing = Enum.Parse<CacheSharing>(json.String() ?? "") }; break;
                case "env": mount = mount with { Env = json.String() }; break;
                case "mode": mount = mount with { Mode = json.UInt32() }; break;
                case "uid": mount = mount with { Uid = json.UInt32() }; break;
                case "gid": mount = mount with { Gid = json.UInt32() }; break;
                case "context": context = json.String(); break;
                case "from": from = ReadSource(ref json); break;
                case "left": left = ReadSource(ref json); break;
                default: json.Skip(); break;
            }
        }
        return new(mount, from, left, context);
    }

    private static MountSource? ReadSource(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        var source = new MountSource(null, "", IsOwn: false);
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "chain": source = source with { Chain = json.Digest() }; break;
                case "path": source = source with { Path = json.String() ?? "" }; break;
                case "own": source = source with { IsOwn = json.Boolean() is true }; break;
                default: json.Skip(); break;
            }
        }
        return source;
    }
}
