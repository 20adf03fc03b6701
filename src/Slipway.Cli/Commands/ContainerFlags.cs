using System.CommandLine;
using Slipway.Cli.Commands.Flags;
using Slipway.Engine.Containers;

namespace Slipway.Cli.Commands;

/// <summary>All that can be asked for of a container, by theme.</summary>
internal sealed class ContainerFlags
{
    private readonly ProcessFlags _process;
    private readonly MetadataFlags _metadata;
    private readonly LifecycleFlags _lifecycle;
    private readonly ResourceFlags _resources;
    private readonly SecurityFlags _security;
    private readonly MountFlags _mounts;
    private readonly NetworkFlags _networks;

    /// <param name="command">The command that gets them.</param>
    /// <param name="isChange">They say what is to be different of a container, not what a new one is to be.</param>
    public ContainerFlags(Command command, bool isChange = false)
    {
        _process = new(command);
        _metadata = new(command);
        _lifecycle = new(command);
        _resources = new(command);
        _security = new(command);
        _mounts = new(command);
        _networks = new(command, isChange);
    }

    /// <summary>What is said of the process.</summary>
    public ProcessFlags Process => _process;

    /// <summary>Of a change: ports to publish beside those that there are, as they are typed for a new container.</summary>
    public IEnumerable<string> MorePorts(ParseResult line) => _networks.MorePorts(line);

    /// <summary>Of a change: variables to take away.</summary>
    public IReadOnlyList<string> WithoutVariables(ParseResult line) => _process.WithoutVariables(line);

    /// <summary>Adds them to a request.</summary>
    public ContainerRequest Add(ParseResult line, ContainerRequest request)
    {
        request = _process.Add(line, request);
        request = _metadata.Add(line, request);
        request = _lifecycle.Add(line, request);
        request = _resources.Add(line, request);
        request = _security.Add(line, request);
        request = _mounts.Add(line, request);
        return _networks.Add(line, request);
    }
}
