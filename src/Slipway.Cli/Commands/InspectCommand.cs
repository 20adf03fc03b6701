using System.CommandLine;
using System.Text.Json.Nodes;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output.Inspecting;
using Slipway.Engine;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class InspectCommand : SlipCommand
{
    private readonly Option<string?> _format = new("--format", "-f") { Description = "A Go template: '{{.State.Pid}}', or json" };
    private readonly Option<string?> _type = new("--type") { Description = "container, image, volume or network" };
    private readonly Option<bool> _size = new("--size", "-s") { Description = "With the sizes of containers" };
    private readonly Argument<string[]> _names = new("NAME") { Arity = ArgumentArity.OneOrMore };

    public InspectCommand()
        : base("inspect", "Shows all that is known of containers, images, volumes or networks, as JSON.")
    {
        Options.Add(_format);
        Options.Add(_type);
        Options.Add(_size);
        Arguments.Add(_names);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        string? type = line.GetValue(_type);
        return InspectPrinter.Print(line.GetValue(_names)!, line.GetValue(_format), name => Find(engine, name, type, line.GetValue(_size)));
    }

    private static JsonObject Find(SlipwayEngine engine, string name, string? type, bool size)
    {
        if (type is null or "container" && engine.Containers.Find(name) is { } container)
            return InspectContainerJson.Of(engine, container, size);
        if (type is null or "image" && engine.Images.Find(name) is { } image)
            return InspectJson.Of(engine, image);
        if (type is null or "volume" && engine.Volumes.List().FirstOrDefault(v => v.Name == name) is { } volume)
            return InspectJson.Of(volume);
        if (type is null or "network" && engine.Networks.List().FirstOrDefault(n => n.Name == name || n.Id == name) is { } network)
            return InspectNetworkJson.Of(engine, network);
        throw new SlipwayException(ErrorKind.NotFound, $"No such {type ?? "object"}: {name}");
    }
}
