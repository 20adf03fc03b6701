using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Cli.Output.Inspecting;

namespace Slipway.Cli.Commands;

/// <summary>In docker's layout: scripts read <c>Server.Version</c> out of it. Client and server are one program here.</summary>
internal sealed class VersionCommand : SlipCommand
{
    private const string Platform = "linux/amd64";

    private readonly Option<string?> _format = new("--format", "-f") { Description = "A Go template: '{{.Server.Version}}', or json" };

    public VersionCommand()
        : base("version", "Shows the version of slip, and of what runs containers.") => Options.Add(_format);

    public override int Run(ParseResult line, GlobalOptions global)
    {
        if (line.GetValue(_format) is { Length: > 0 } format)
            return FormatPrinter.Print(Json(), format);
        string runtime = $".NET {Environment.Version}", kernel = InspectSystemJson.KernelRelease;
        var text = new StringBuilder("Client: Slipway\n");
        string commit = VersionLine.Program.Commit, built = DateOf(VersionLine.Program.BuildTime);
        Add(text, " ", ("Version", VersionLine.Version), ("Built with", runtime), ("Git commit", commit), ("Built", built), ("OS/Arch", Platform), ("Context", "default"));
        text.Append("\nServer: Slipway, in the same program\n Engine:\n");
        Add(text, "  ", ("Version", VersionLine.Version), ("Built with", runtime), ("Git commit", commit), ("Built", built), ("OS/Arch", Platform), ("Kernel", kernel), ("Experimental", "false"));
        text.Append(" slip-runtime:\n");
        Add(text, "  ", ("Version", VersionLine.Version));
        StandardOutput.Write(text);
        return 0;
    }

    // As docker's client writes it: Tue Jul 23 19:57:23 2024.
    private static string DateOf(string time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, out DateTimeOffset built) ? string.Create(CultureInfo.InvariantCulture, $"{built:ddd MMM} {built.Day,2} {built:HH:mm:ss yyyy}") : "";

    private static void Add(StringBuilder text, string indent, params ReadOnlySpan<(string Name, string Value)> lines)
    {
        const int Width = 20;
        foreach ((string name, string value) in lines)
        {
            if (value.Length > 0)
                text.Append(indent).Append((name + ":").PadRight(Width - indent.Length)).Append(value).Append('\n');
        }
    }

    private static JsonObject Json()
    {
        JsonObject Common() => new()
        {
            ["Version"] = VersionLine.Version, ["Os"] = "linux", ["Arch"] = "amd64", ["GitCommit"] = VersionLine.Program.Commit, ["GoVersion"] = $".NET {Environment.Version}", ["BuildTime"] = VersionLine.Program.BuildTime,
        };
        JsonObject client = Common(), server = Common();
        client["Platform"] = new JsonObject { ["Name"] = "Slipway" };
        client["Context"] = "default";
        server["Platform"] = new JsonObject { ["Name"] = "Slipway" };
        server["KernelVersion"] = InspectSystemJson.KernelRelease;
        server["Experimental"] = false;
        server["Components"] = new JsonArray(
            new JsonObject { ["Name"] = "Engine", ["Version"] = VersionLine.Version }, new JsonObject { ["Name"] = "slip-runtime", ["Version"] = VersionLine.Version });
        return new() { ["Client"] = client, ["Server"] = server };
    }
}
