using Slipway.Linux;
using Slipway.Linux.Namespaces;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Mounts;

/// <summary>The user namespaces whose maps the mounts of a spec take over (mount_setattr(2), "ID-mapped mounts"), by the mount's index.</summary>
internal sealed class IdMaps : IDisposable
{
    private readonly Dictionary<int, SafeFd> _byMount = [];
    private readonly Dictionary<string, SafeFd> _made = new(StringComparer.Ordinal);

    /// <summary>Makes what is needed; equal maps share one.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: a mount has no maps, nor has the container.</exception>
    public static IdMaps Make(RuntimeSpec spec)
    {
        var maps = new IdMaps();
        try
        {
            for (int i = 0; i < (spec.Mounts?.Count ?? 0); i++)
            {
                MountSpec mount = spec.Mounts![i];
                if (IsMapped(mount))
                    maps._byMount[i] = maps.Of(mount, spec.Linux, i);
            }
            return maps;
        }
        catch
        {
            maps.Dispose();
            throw;
        }
    }

    /// <summary>The same for a plan that is only read: what would be needed is there, as descriptor -1.</summary>
    public static IdMaps Foresee(RuntimeSpec spec)
    {
        var maps = new IdMaps();
        for (int i = 0; i < (spec.Mounts?.Count ?? 0); i++)
        {
            if (IsMapped(spec.Mounts![i]))
                maps._byMount[i] = maps.Keep("", static () => new SafeFd(-1));
        }
        return maps;
    }

    /// <summary>The namespace for a mount; null for one that stays as it is.</summary>
    public SafeFd? Find(int mount) => _byMount.GetValueOrDefault(mount);

    public void Dispose()
    {
        foreach (SafeFd made in _made.Values)
            made.Dispose();
    }

    private static bool IsMapped(MountSpec mount) =>
        mount.UidMappings is { Count: > 0 } || mount.Options?.Any(static option => option is "idmap" or "ridmap") == true;

    private SafeFd Of(MountSpec mount, LinuxSpec? linux, int index)
    {
        NamespaceSpec? user = linux?.Namespaces?.FirstOrDefault(static entry => entry.Type == "user");
        if (mount.UidMappings is not { Count: > 0 } && user?.Path is { Length: > 0 } joined)
            return Keep(joined, () => SmallFile.Open(joined));
        IReadOnlyList<IdMapping>? uids = mount.UidMappings is { Count: > 0 } own ? own : linux?.UidMappings;
        IReadOnlyList<IdMapping>? gids = mount.UidMappings is { Count: > 0 } ? mount.GidMappings : linux?.GidMappings;
        if (uids is not { Count: > 0 } || gids is not { Count: > 0 })
            throw new SlipwayException(ErrorKind.InvalidArgument, $"mounts[{index}]: idmap needs uidMappings and gidMappings, of the mount or of the container's user namespace");
        string uidMap = OwnerMap.TextOf(uids), gidMap = OwnerMap.TextOf(gids);
        return Keep($"{uidMap}/{gidMap}", () => UserNamespace.Make(uidMap, gidMap));
    }

    private SafeFd Keep(string key, Func<SafeFd> make)
    {
        if (!_made.TryGetValue(key, out SafeFd? made))
            _made[key] = made = make();
        return made;
    }
}
