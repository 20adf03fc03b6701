using System.CommandLine;
using Slipway.Engine.Containers.Requests;

namespace Slipway.Cli.Commands.Flags;

/// <summary>The flags of <c>run</c> and <c>create</c> about disks.</summary>
internal sealed class BlockIOFlags
{
    private readonly Option<long?> _weight = new("--blkio-weight") { Description = "Weight at the disks: 10 to 1000", HelpName = "int" };
    private readonly Option<string[]> _weights = new("--blkio-weight-device") { Description = "Weight at one disk: /dev/sda:100", HelpName = "list" };
    private readonly Option<string[]> _readBps = new("--device-read-bps") { Description = "Bytes a second read from a disk: /dev/sda:1mb", HelpName = "list" };
    private readonly Option<string[]> _writeBps = new("--device-write-bps") { Description = "Bytes a second written to a disk: /dev/sda:1mb", HelpName = "list" };
    private readonly Option<string[]> _readIops = new("--device-read-iops") { Description = "Reads a second from a disk: /dev/sda:100", HelpName = "list" };
    private readonly Option<string[]> _writeIops = new("--device-write-iops") { Description = "Writes a second to a disk: /dev/sda:100", HelpName = "list" };

    public BlockIOFlags(Command command) => command.AddAll([_weight, _weights, _readBps, _writeBps, _readIops, _writeIops]);

    /// <summary>Adds them to the limits.</summary>
    public ResourceRequest Add(ParseResult line, ResourceRequest request) => request with
    {
        BlkioWeight = line.GetValue(_weight),
        BlkioWeightDevices = [.. line.ValuesOf(_weights).Select(DeviceRateParser.ParseWeight)],
        DeviceReadBps = [.. line.ValuesOf(_readBps).Select(DeviceRateParser.ParseBytes)],
        DeviceWriteBps = [.. line.ValuesOf(_writeBps).Select(DeviceRateParser.ParseBytes)],
        DeviceReadIops = [.. line.ValuesOf(_readIops).Select(DeviceRateParser.ParseOperations)],
        DeviceWriteIops = [.. line.ValuesOf(_writeIops).Select(DeviceRateParser.ParseOperations)],
    };
}
