using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Cli.Output.Inspecting;
using Slipway.Engine;
using Slipway.Runtime.Host;

namespace Slipway.Cli.Commands;

/// <summary>In docker's layout, and below it what this host allows.</summary>
internal sealed class InfoCommand : SlipCommand
{
    private readonly Option<string?> _format = new("--format", "-f") { Description = "A Go template: '{{.ServerVersion}}', or json" };

    public InfoCommand()
        : base("info", "Shows what this host allows, and where things are kept.") => Options.Add(_format);

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        JsonObject info = InspectSystemJson.Of(engine, VersionLine.Version);
        if (line.GetValue(_format) is { Length: > 0 } format)
            return FormatPrinter.Print(info, format);
        var text = new StringBuilder();
        text.Append($"Client: Slipway\n Version:    {VersionLine.Version}\n Context:    default\n Debug Mode: false\n\nServer:\n");
        AddStore(text, info);
        AddHost(text, info);
        text.Append($" Docker Root Dir: {engine.Options.DataRoot}\n Run Root Dir: {engine.Options.RunRoot}\n Debug Mode: false\n Experimental: false\n");
        text.Append($" Insecure Registries:\n  ::1/128\n  127.0.0.0/8\n Live Restore Enabled: true\n Host:\n");
        foreach ((string what, string state) in HostCapabilities.Probe().Describe().Concat(engine.Networks.DescribeHost()))
            text.Append($"  {what}: {state}\n");
        StandardOutput.Write(text);
        return 0;
    }

    private static void AddStore(StringBuilder text, JsonObject info)
    {
        JsonNode plugins = info["Plugins"]!;
        text.Append($" Containers: {info["Containers"]}\n  Running: {info["ContainersRunning"]}\n  Paused: {info["ContainersPaused"]}\n  Stopped: {info["ContainersStopped"]}\n");
        text.Append($" Images: {info["Images"]}\n Server Version: {info["ServerVersion"]}\n Storage Driver: {info["Driver"]}\n");
        text.Append($" Logging Driver: {info["LoggingDriver"]}\n Cgroup Driver: {info["CgroupDriver"]}\n Cgroup Version: {info["CgroupVersion"]}\n");
        text.Append($" Plugins:\n  Volume: {Words(plugins["Volume"])}\n  Network: {Words(plugins["Network"])}\n  Log: {Words(plugins["Log"])}\n Swarm: inactive\n");
    }

    private static void AddHost(StringBuilder text, JsonObject info)
    {
        text.Append($" Runtimes: {info["DefaultRuntime"]}\n Default Runtime: {info["DefaultRuntime"]}\n slip-runtime version: {info["ServerVersion"]}\n");
        text.Append(" Security Options:\n  seccomp\n   Profile: builtin\n  cgroupns\n");
        text.Append($" Kernel Version: {info["KernelVersion"]}\n Operating System: {info["OperatingSystem"]}\n OSType: {info["OSType"]}\n Architecture: {info["Architecture"]}\n");
        text.Append($" CPUs: {info["NCPU"]}\n Total Memory: {Humanize.BinarySize((ulong)(long)info["MemTotal"]!)}\n Name: {info["Name"]}\n ID: {info["ID"]}\n");
    }

    private static string Words(JsonNode? list) => string.Join(' ', list!.AsArray().Select(w => (string)w!));
}
