using System.Globalization;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Devices;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Specs;

namespace Slipway.Engine.Containers;

/// <content>Devices of the host: their nodes, and that they may be used.</content>
internal sealed partial class ContainerSpec
{
    private List<(DeviceSpec Node, DeviceRule Rule)>? _devices;

    private CdiEdits? _injected;

    private List<(DeviceSpec Node, DeviceRule Rule)> Devices => _devices ??= [.. _request.Security.Devices.SelectMany(Resolve), .. Injected.Nodes.Select(Resolve)];

    // What the vendors of the devices that were asked for say that they need. Mostly nobody asks, and nothing is read.
    private CdiEdits Injected => _injected ??= _request.Security.DriverRequests.Count == 0 ? CdiEdits.None : Inject(CdiRegistry.Open(context.Defaults.Read().CdiDirectories));

    private CdiEdits Inject(CdiRegistry registry) => registry.Resolve(DriverRequest.NamesOf(_request.Security.DriverRequests, registry));

    private List<DeviceSpec>? BuildDevices()
    {
        List<DeviceSpec> nodes = _request.Security.Privileged ? [.. HostDevice.Below("/dev").Select(d => d.Device.At("/dev/" + d.Path))] : [];
        foreach ((DeviceSpec node, _) in Devices)
        {
            nodes.RemoveAll(n => n.Path == node.Path);
            nodes.Add(node);
        }
        // Those that every container has, it has anyway.
        nodes.RemoveAll(n => n.Path is "/dev/null" or "/dev/zero" or "/dev/full" or "/dev/random" or "/dev/urandom" or "/dev/tty" or "/dev/ptmx");
        return nodes.Count == 0 ? null : nodes;
    }

    private IReadOnlyList<DeviceRule> BuildDeviceRules()
    {
        if (_request.Security.Privileged)
            return [new() { Allow = true, Access = "rwm" }];
        return [.. DefaultSpec.DeviceRules, .. Devices.Select(d => d.Rule), .. _request.Security.DeviceRules.Select(ReadRule)];
    }

    private static IEnumerable<(DeviceSpec, DeviceRule)> Resolve(DeviceRequest request)
    {
        if (Directory.Exists(request.HostPath))
        {
            List<(string Path, HostDevice Device)> below = [.. HostDevice.Below(request.HostPath.TrimEnd('/'))];
            return below.Count > 0
                ? below.Select(d => (d.Device.At($"{request.ContainerPath.TrimEnd('/')}/{d.Path}"), d.Device.Allowed(request.Access)))
                : throw Gathering(request, "not a device node, and none is in it");
        }
        HostDevice device = HostDevice.Find(request.HostPath) ?? throw Gathering(request, "no such file or directory");
        return device.IsDevice ? [(device.At(request.ContainerPath), device.Allowed(request.Access))] : throw Gathering(request, "not a device node");
    }

    private static (DeviceSpec, DeviceRule) Resolve(CdiNode node)
    {
        HostDevice? device = HostDevice.Find(node.HostPath);
        if (device is { IsDevice: false } || (device is null && node is not { Type: "b" or "c", Major: not null, Minor: not null }))
            throw Gathering(new(node.HostPath, node.Path, node.Access), device is null ? "no such file or directory" : "not a device node");
        DeviceSpec has = device?.At(node.Path) ?? new() { Path = node.Path, Type = node.Type!, Major = node.Major, Minor = node.Minor };
        DeviceSpec made = has with
        {
            Type = node.Type ?? has.Type,
            Major = node.Major ?? has.Major,
            Minor = node.Minor ?? has.Minor,
            FileMode = node.FileMode ?? has.FileMode,
            Uid = node.Uid ?? has.Uid,
            Gid = node.Gid ?? has.Gid,
        };
        return (made, new() { Allow = true, Type = made.Type, Major = made.Major, Minor = made.Minor, Access = node.Access });
    }

    private static DeviceRule ReadRule(string text)
    {
        string[] parts = text.Split(' ');
        string[] numbers = parts[1].Split(':');
        return new() { Allow = true, Type = parts[0], Major = Number(numbers[0]), Minor = Number(numbers[1]), Access = parts[2] };

        static long? Number(string text) => text == "*" ? null : long.Parse(text, CultureInfo.InvariantCulture);
    }

    private static SlipwayException Gathering(DeviceRequest request, string why) =>
        new(ErrorKind.InvalidArgument, $"error gathering device information while adding custom device \"{request.HostPath}\": {why}");
}
