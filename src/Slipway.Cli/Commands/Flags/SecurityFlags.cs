using System.CommandLine;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Devices;
using Slipway.Oci;

namespace Slipway.Cli.Commands.Flags;

/// <summary>The flags of <c>run</c> and <c>create</c> about what a container may do: rights, devices, kernel parameters.</summary>
internal sealed class SecurityFlags
{
    private readonly Option<bool> _privileged = new("--privileged") { Description = "Give it everything: root in it is root of the host" };
    private readonly Option<string[]> _capAdd = new("--cap-add") { Description = "Add a capability", HelpName = "list" };
    private readonly Option<string[]> _capDrop = new("--cap-drop") { Description = "Drop a capability", HelpName = "list" };
    private readonly Option<string[]> _options = new("--security-opt") { Description = "no-new-privileges, seccomp=FILE|builtin|unconfined, apparmor=, label=, systempaths=unconfined, writable-cgroups=true", HelpName = "list" };
    private readonly Option<string[]> _devices = new("--device") { Description = "Give it a device: /dev/fuse, /dev/sda:/dev/disk:r, a directory of them, or by its vendor's name: vendor.example/class=name", HelpName = "list" };
    private readonly Option<string[]> _rules = new("--device-cgroup-rule") { Description = "Devices that it may use: 'c 10:229 rwm'", HelpName = "list" };
    private readonly Option<string[]> _sysctls = new("--sysctl") { Description = "Kernel parameter of its own: net.core.somaxconn=1024", HelpName = "list" };
    private readonly Option<string?> _gpus = new("--gpus") { Description = "Give it GPUs that their vendor's program has described: all, 2, or \"device=0,1\"", HelpName = "gpu-request" };
    private readonly NamespaceFlags _namespaces;

    public SecurityFlags(Command command)
    {
        command.AddAll([_privileged, _capAdd, _capDrop, _options, _devices, _rules, _sysctls, _gpus]);
        _namespaces = new(command);
    }

    /// <summary>Adds them to a request.</summary>
    public ContainerRequest Add(ParseResult line, ContainerRequest request)
    {
        ILookup<bool, string> devices = line.ValuesOf(_devices).ToLookup(text => CdiName.TryParse(text, out _));
        List<DriverRequest> asked = line.GetValue(_gpus) is { } gpus ? [GpuParser.Parse(gpus)] : [];
        if (devices.Contains(true))
            asked.Add(DriverRequest.Cdi([.. devices[true]]));
        return request with
        {
            Security = _namespaces.Add(line, SecurityOptions.Read(line.ValuesOf(_options), new()
            {
                Privileged = line.GetValue(_privileged),
                CapAdd = line.ValuesOf(_capAdd),
                CapDrop = line.ValuesOf(_capDrop),
                Devices = [.. devices[false].Select(DeviceParser.Parse)],
                DriverRequests = asked,
                DeviceRules = [.. line.ValuesOf(_rules).Select(DeviceParser.CheckRule)],
                Sysctls = KeyValues.Read(line.ValuesOf(_sysctls)),
            }, ReadProfile)),
        };
    }

    private static string ReadProfile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SlipwayException(ErrorKind.InvalidArgument, $"opening seccomp profile ({path}) failed: {e.Message}");
        }
    }
}
