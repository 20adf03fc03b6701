using System.CommandLine;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Oci;

namespace Slipway.Cli.Commands.Flags;

/// <summary>The flags of <c>run</c> and <c>create</c> about files: volumes, bind mounts, the root file system.</summary>
internal sealed class MountFlags
{
    private readonly Option<string[]> _volumes = new("--volume", "-v") { Description = "Volume or bind mount: NAME:/path[:ro], /host:/path[:ro]", HelpName = "list" };
    private readonly Option<string[]> _mounts = new("--mount") { Description = "The same in words: type=bind|volume|tmpfs|image,src=…,dst=/path,readonly,…", HelpName = "mount" };
    private readonly Option<string[]> _tmpfs = new("--tmpfs") { Description = "An empty directory in memory: /path[:size=64m,mode=1777,exec]", HelpName = "list" };
    private readonly Option<string[]> _from = new("--volumes-from") { Description = "Have another container's volumes: NAME[:ro]", HelpName = "list" };
    private readonly Option<string?> _driver = new("--volume-driver") { Description = "Driver of new volumes: local" };
    private readonly Option<bool> _readOnly = new("--read-only") { Description = "Mount the root file system read-only" };
    private readonly Option<bool> _socket = new("--use-api-socket") { Description = "Refused: there is no daemon with a socket" };

    public MountFlags(Command command) => command.AddAll([_volumes, _mounts, _tmpfs, _from, _driver, _readOnly, _socket]);

    /// <summary>Adds them to a request.</summary>
    public ContainerRequest Add(ParseResult line, ContainerRequest request)
    {
        if (line.GetValue(_socket))
            throw new SlipwayException(ErrorKind.NotSupported, "--use-api-socket: there is no daemon, and no socket of one");
        VolumeDriver.Check(line.GetValue(_driver));
        return request with
        {
            Mounts =
            [
                .. line.ValuesOf(_volumes).Select(MountParser.Parse), .. line.ValuesOf(_mounts).Select(DetailedMountParser.Parse),
                .. line.ValuesOf(_tmpfs).Select(MountParser.ParseTmpfs),
            ],
            VolumesFrom = line.ValuesOf(_from),
            Security = request.Security with { ReadOnly = line.GetValue(_readOnly) },
        };
    }
}
