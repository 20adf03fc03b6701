using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Engine.Containers;
using Slipway.Engine.Devices;
using Slipway.Engine.Registries;
using Slipway.Linux.Processes;
using Slipway.Runtime.Host;

namespace Slipway.Engine.Inspecting;

/// <summary>The host and the store, as docker's <c>info</c> has them (SystemInfo of its API).</summary>
public static class InspectSystemJson
{
    private const string RuntimeName = "slip-runtime";

    /// <summary>As <c>uname -r</c> tells it: with what a distribution adds to the number.</summary>
    public static string KernelRelease => SmallFile.TryReadText("/proc/sys/kernel/osrelease")?.Trim() ?? Environment.OSVersion.Version.ToString();

    /// <summary>All that does not depend on who tells it.</summary>
    /// <param name="engine">The store.</param>
    /// <param name="version">The program's version.</param>
    public static JsonObject Of(SlipwayEngine engine, string version)
    {
        IReadOnlyList<ContainerRecord> containers = engine.Containers.List();
        var host = HostCapabilities.Probe();
        JsonObject info = new()
        {
            ["ID"] = EngineId.Of(engine.Options.DataRoot),
            ["Containers"] = containers.Count,
            ["ContainersRunning"] = containers.Count(c => c is { IsRunning: true, IsPaused: false }),
            ["ContainersPaused"] = containers.Count(c => c.IsPaused),
            ["ContainersStopped"] = containers.Count(c => !c.IsRunning),
            ["Images"] = engine.Images.List().Count,
            ["Driver"] = "overlay",
            ["DriverStatus"] = new JsonArray(new JsonArray("Backing Filesystem", FileSystemOf(engine.Options.DataRoot))),
            ["DockerRootDir"] = engine.Options.DataRoot,
            ["Plugins"] = new JsonObject
            {
                ["Volume"] = new JsonArray("local"),
                ["Network"] = new JsonArray("bridge", "host", "null"),
                ["Authorization"] = null,
                ["Log"] = new JsonArray("json-file", "local", "none"),
            },
            ["SystemTime"] = InspectJson.Time(engine.Options.Clock.GetUtcNow()),
            ["LoggingDriver"] = "json-file",
            ["ExperimentalBuild"] = false,
            ["ServerVersion"] = version,
            ["LiveRestoreEnabled"] = true,
            ["Warnings"] = null,
        };
        AddHost(info, host);
        AddRuntime(info, engine, version);
        AddElsewhere(info, engine);
        return info;
    }

    private static void AddHost(JsonObject info, HostCapabilities host)
    {
        bool limits = host.Cgroups is not CgroupVersion.None;
        foreach (string limit in (ReadOnlySpan<string>)["MemoryLimit", "SwapLimit", "CpuCfsPeriod", "CpuCfsQuota", "CPUShares", "CPUSet", "PidsLimit"])
            info[limit] = limits;
        info["OomKillDisable"] = host.HasFirstCgroups;
        info["IPv4Forwarding"] = SmallFile.TryReadText("/proc/sys/net/ipv4/ip_forward")?.Trim() == "1";
        info["CgroupDriver"] = limits ? "cgroupfs" : "none";
        info["CgroupVersion"] = host.Cgroups is CgroupVersion.V2 ? "2" : "1";
        info["KernelVersion"] = KernelRelease;
        Dictionary<string, string> os = ReadOsRelease();
        info["OperatingSystem"] = os.GetValueOrDefault("PRETTY_NAME", "Linux");
        info["OSVersion"] = os.GetValueOrDefault("VERSION_ID", "");
        info["OSType"] = "linux";
        info["Architecture"] = "x86_64";
        info["NCPU"] = Environment.ProcessorCount;
        info["MemTotal"] = MemoryTotal();
        info["Name"] = Environment.MachineName;
    }

    private static void AddRuntime(JsonObject info, SlipwayEngine engine, string version)
    {
        info["Runtimes"] = new JsonObject { [RuntimeName] = new JsonObject { ["path"] = engine.Options.RuntimePath } };
        info["DefaultRuntime"] = RuntimeName;
        info["Isolation"] = "";
        info["InitBinary"] = "";
        info["ContainerdCommit"] = Commit("");
        info["RuncCommit"] = Commit(version);
        info["InitCommit"] = Commit("");
        info["SecurityOptions"] = new JsonArray("name=seccomp,profile=builtin", "name=cgroupns");
        info["Swarm"] = new JsonObject { ["NodeID"] = "", ["NodeAddr"] = "", ["LocalNodeState"] = "inactive", ["ControlAvailable"] = false, ["Error"] = "", ["RemoteManagers"] = null };
    }

    private static void AddElsewhere(JsonObject info, SlipwayEngine engine)
    {
        info["IndexServerAddress"] = "https://index.docker.io/v1/";
        info["RegistryConfig"] = new JsonObject
        {
            ["InsecureRegistryCIDRs"] = new JsonArray("127.0.0.0/8", "::1/128"),
            ["IndexConfigs"] = new JsonObject { ["docker.io"] = new JsonObject { ["Name"] = "docker.io", ["Mirrors"] = new JsonArray(), ["Secure"] = true, ["Official"] = true } },
            ["Mirrors"] = null,
        };
        info["GenericResources"] = null;
        info["HttpProxy"] = ProxyAddress.WithoutPassword(Environment.GetEnvironmentVariable("HTTP_PROXY") ?? "");
        info["HttpsProxy"] = ProxyAddress.WithoutPassword(Environment.GetEnvironmentVariable("HTTPS_PROXY") ?? "");
        info["NoProxy"] = Environment.GetEnvironmentVariable("NO_PROXY") ?? "";
        IReadOnlyList<string> directories = engine.Defaults.CdiDirectories;
        info["CDISpecDirs"] = InspectJson.List(directories);
        info["DiscoveredDevices"] = new JsonArray([.. CdiRegistry.Open(directories).Names.Select(n => (JsonNode)new JsonObject { ["Source"] = DriverRequest.CdiDriver, ["ID"] = n })]);
    }

    private static JsonObject Commit(string id) => new() { ["ID"] = id, ["Expected"] = id };

    // os-release(5).
    private static Dictionary<string, string> ReadOsRelease()
    {
        string? path = ((string[])["/etc/os-release", "/usr/lib/os-release"]).FirstOrDefault(File.Exists);
        return path is null ? [] : File.ReadLines(path).Select(l => l.Split('=', 2)).Where(p => p.Length == 2).GroupBy(p => p[0]).ToDictionary(g => g.Key, g => g.Last()[1].Trim('"', '\''));
    }

    // "MemTotal:       16316412 kB", proc_meminfo(5).
    private static long MemoryTotal()
    {
        string? line = (SmallFile.TryReadText("/proc/meminfo") ?? "").Split('\n').FirstOrDefault(l => l.StartsWith("MemTotal:", StringComparison.Ordinal));
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kilobytes, ..] && long.TryParse(kilobytes, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value << 10 : 0;
    }

    // Docker's word for each: what the kernel can't tell apart has one name.
    private static string FileSystemOf(string directory) => new DriveInfo(directory).DriveFormat switch
    {
        ['e', 'x', 't', ..] => "extfs",
        "overlay" => "overlayfs",
        string other => other,
    };
}
