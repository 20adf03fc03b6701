using System.CommandLine;
using Slipway.Engine.Containers;

namespace Slipway.Cli.Commands.Flags;

/// <summary>The flags of <c>run</c> and <c>create</c> about files: volumes, bind mounts, the root file system.</summary>
internal sealed class MountFlags
{
    private readonly Option<string[]> _volumes = new("--volume", "-v") { Description = "Volume or bind mount: NAME:/path[:ro], /host:/path[:ro]", HelpName = "list" };
    private readonly Option<bool> _readOnly = new("--read-only") { Description = "Mount the root file system read-only" };

    public MountFlags(Command command) => command.AddAll([_volumes, _readOnly]);

    /// <summary>Adds them to a request.</summary>
    public ContainerRequest Add(ParseResult line, ContainerRequest request) => request with
    {
        Mounts = [.. line.ValuesOf(_volumes).Select(MountParser.Parse)],
        Security = request.Security with { ReadOnly = line.GetValue(_readOnly) },
    };
}
