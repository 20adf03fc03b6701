using System.CommandLine;
using Slipway.Engine.Containers;

namespace Slipway.Cli.Commands.Flags;

/// <summary>The flags of <c>run</c> and <c>create</c> about what a container is called and what is noted of it.</summary>
internal sealed class MetadataFlags
{
    private readonly Option<string?> _name = new("--name") { Description = "Name of the container" };
    private readonly Option<string[]> _labels = new("--label", "-l") { Description = "Set a label: key=value", HelpName = "list" };
    private readonly Option<string[]> _labelFiles = new("--label-file") { Description = "Read labels from a file, a line each", HelpName = "list" };
    private readonly Option<string[]> _annotations = new("--annotation") { Description = "Note for the runtime: key=value", HelpName = "list" };
    private readonly Option<string?> _hostname = new("--hostname", "-h") { Description = "Host name in the container" };

    public MetadataFlags(Command command) => command.AddAll([_name, _labels, _labelFiles, _annotations, _hostname]);

    /// <summary>Adds them to a request.</summary>
    public ContainerRequest Add(ParseResult line, ContainerRequest request) => request with
    {
        Name = line.GetValue(_name),
        Labels = KeyValues.Read([.. line.ValuesOf(_labelFiles).SelectMany(KeyValues.ReadFile), .. line.ValuesOf(_labels)]),
        Annotations = KeyValues.Read(line.ValuesOf(_annotations)),
        Hostname = line.GetValue(_hostname),
    };
}
