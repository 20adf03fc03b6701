using Slipway.Oci.Runtime;
using Slipway.Runtime.Host;

namespace Slipway.Runtime.Specs;

/// <content>Mounts and device nodes.</content>
public sealed partial class SpecValidator
{
    private IReadOnlyList<MountSpec>? AcceptMounts(IReadOnlyList<MountSpec>? mounts)
    {
        List<MountSpec>? changed = null;
        for (int i = 0; i < (mounts?.Count ?? 0); i++)
        {
            MountSpec mount = mounts![i];
            CheckMount($"mounts[{i}]", mount);
            if (mount.Destination.StartsWith('/'))
            {
                changed?.Add(mount);
                continue;
            }
            // Old configurations have such; it counts from the root (config.md#mounts).
            Warn($"mounts[{i}].destination", $"{Show(mount.Destination)} is not absolute, which is deprecated");
            changed ??= [.. mounts.Take(i)];
            changed.Add(mount with { Destination = "/" + mount.Destination });
        }
        return changed ?? mounts;
    }

    private void CheckMount(string member, MountSpec mount)
    {
        if (mount.Destination.Length == 0)
            throw Wrong(member + ".destination", "it is empty");
        if (mount.Options?.Contains("tmpcopyup") == true && mount.Type != "tmpfs")
            throw Wrong(member + ".options", "tmpcopyup is for a tmpfs");
        bool hasUids = mount.UidMappings is { Count: > 0 }, hasGids = mount.GidMappings is { Count: > 0 };
        if (hasUids != hasGids)
            throw Wrong(member + (hasUids ? ".gidMappings" : ".uidMappings"), "it is missing: both are needed or neither");
        if (hasUids && mount.Type != "bind" && mount.Options?.Any(static option => option is "bind" or "rbind") != true)
            throw Wrong(member + ".uidMappings", "only a bind mount has mapped ids");
        CheckMap(member + ".uidMappings", mount.UidMappings);
        CheckMap(member + ".gidMappings", mount.GidMappings);
    }

    // It says how files are labelled, not what a process may: where nothing has labels there is nothing to lose, so crun and runc go on too.
    private void CheckMountLabel(string? label)
    {
        if (label is { Length: > 0 } && !SecurityModules.HasSelinux)
            Warn("linux.mountLabel", $"{Show(label)} is ignored: this host has no SELinux, or it is off");
    }

    private void CheckDevices(IReadOnlyList<DeviceSpec>? devices)
    {
        for (int i = 0; i < (devices?.Count ?? 0); i++)
        {
            DeviceSpec device = devices![i];
            string member = $"linux.devices[{i}]";
            if (!device.Path.StartsWith('/'))
                throw Wrong(member + ".path", $"{Show(device.Path)} is not absolute");
            if (device.Type is not ("c" or "b" or "u" or "p"))
                throw Wrong(member + ".type", $"{Show(device.Type)} is none of c, b, u, p");
            if (device.Type == "p")
                continue;
            // Twelve and twenty bits (makedev(3), the kernel's MINORBITS).
            RequireNumber(member + ".major", device.Major, 0xfff);
            RequireNumber(member + ".minor", device.Minor, 0xfffff);
        }
    }

    private void RequireNumber(string member, long? number, long most)
    {
        if (number is null)
            throw Wrong(member, "it is missing");
        if (number < 0 || number > most)
            throw Wrong(member, $"{number} is not from 0 to {most}");
    }
}
