using System.Net;
using Slipway.Engine.Containers.Requests;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Mounts;
using Slipway.Oci;

namespace Slipway.Engine.Volumes;

/// <summary>
/// A volume whose options name a file system: mounted for each container that has it, and nowhere else. The kernel gives the same files for the
/// same device or server; what is in memory alone is another's to hand on.
/// </summary>
internal static class VolumeMount
{
    private static readonly Dictionary<string, (MountAttributes Set, MountAttributes Clear)> s_attributes = new()
    {
        ["ro"] = (MountAttributes.ReadOnly, 0), ["rw"] = (0, MountAttributes.ReadOnly), ["nosuid"] = (MountAttributes.NoSetuid, 0), ["suid"] = (0, MountAttributes.NoSetuid),
        ["nodev"] = (MountAttributes.NoDevices, 0), ["dev"] = (0, MountAttributes.NoDevices), ["noexec"] = (MountAttributes.NoExecute, 0), ["exec"] = (0, MountAttributes.NoExecute),
        ["noatime"] = (MountAttributes.NoAccessTime, 0),
    };

    /// <summary>Mounts it, attached nowhere.</summary>
    /// <exception cref="SlipwayException">NotFound: no such directory. Internal: the kernel's words.</exception>
    public static SafeFd Open(VolumeRecord volume)
    {
        string device = volume.Options["device"];
        string[] options = volume.Options.TryGetValue("o", out string? text) ? text.Split(',', StringSplitOptions.RemoveEmptyEntries) : [];
        try
        {
            return VolumeDriver.IsBind(volume.Options) ? OpenDirectory(device, options) : OpenFileSystem(volume.Options["type"], device, options);
        }
        catch (LinuxException e)
        {
            throw new SlipwayException(e.Errno is Errno.ENOENT ? ErrorKind.NotFound : ErrorKind.Internal, $"failed to mount local volume: mount {device}: {e.Message}", e)
            {
                Hint = e.Errno is Errno.ENODEV
                    ? $"this kernel has no file system '{volume.Options.GetValueOrDefault("type")}': load its module, or install a kernel that has it"
                    : $"'slip volume inspect {volume.Name}' shows its options",
            };
        }
    }

    private static SafeFd OpenDirectory(string device, string[] options)
    {
        using SafeFd place = FileDescriptor.Open(device, OpenFlags.Path);
        SafeFd tree = MountTree.Clone(place, recursive: options.Contains("rbind"));
        MountTree.MakePrivate(tree);
        MountTree.SetAttributes(tree, AttributesOf(options));
        return tree;
    }

    private static SafeFd OpenFileSystem(string type, string device, string[] options)
    {
        using FsContext context = FsContext.Open(type);
        context.Set("source", device);
        foreach (string option in options.Where(o => !s_attributes.ContainsKey(o) && o is not ("defaults" or "auto" or "noauto" or "_netdev")))
        {
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                context.SetFlag(option);
            else
                context.Set(option[..equals], option[..equals] == "addr" ? AddressOf(option[(equals + 1)..]) : option[(equals + 1)..]);
        }
        if (options.Contains("ro"))
            context.SetFlag("ro");
        return context.Mount(AttributesOf(options));
    }

    private static MountAttributes AttributesOf(string[] options)
    {
        MountAttributes attributes = 0;
        foreach (string option in options)
        {
            if (s_attributes.TryGetValue(option, out (MountAttributes Set, MountAttributes Clear) change))
                attributes = (attributes & ~change.Clear) | change.Set;
        }
        return attributes;
    }

    // The kernel knows no names of hosts.
    private static string AddressOf(string host) => IPAddress.TryParse(host, out _) ? host : Dns.GetHostAddresses(host)[0].ToString();
}
