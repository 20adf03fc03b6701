using System.Globalization;
using Slipway.Engine.Containers.Requests;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Specs;

namespace Slipway.Engine.Containers;

/// <content>Devices of the host: their nodes, and that they may be used.</content>
internal sealed partial class ContainerSpec
{
    private List<(DeviceSpec Node, DeviceRule Rule)>? _devices;

    private List<(DeviceSpec Node, DeviceRule Rule)> Devices => _devices ??= [.. _request.Security.Devices.SelectMany(Resolve)];

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
