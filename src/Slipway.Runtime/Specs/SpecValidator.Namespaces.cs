using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Specs;

/// <content>Namespaces, and what needs one of the container's own.</content>
public sealed partial class SpecValidator
{
    private const uint NanosecondsOfASecond = 1_000_000_000;

    // user_namespaces(7): UID_GID_MAP_MAX_EXTENTS.
    private const int MostMappings = 340;

    private static readonly string[] s_kinds = ["pid", "network", "mount", "ipc", "uts", "user", "cgroup", "time"];

    // By kind: the path of what is joined, null for a new one.
    private readonly Dictionary<string, string?> _namespaces = new(StringComparer.Ordinal);

    private void CheckNamespaces(LinuxSpec linux)
    {
        for (int i = 0; i < (linux.Namespaces?.Count ?? 0); i++)
        {
            NamespaceSpec space = linux.Namespaces![i];
            RequireOneOf($"linux.namespaces[{i}].type", space.Type, s_kinds);
            string? path = space.Path is { Length: > 0 } given ? given : null;
            if (path?.StartsWith('/') == false)
                throw Wrong($"linux.namespaces[{i}].path", $"{Show(path)} is not absolute");
            if (!_namespaces.TryAdd(space.Type, path))
                throw Wrong($"linux.namespaces[{i}].type", $"'{space.Type}' is there twice");
        }
        if (linux.TimeOffsets is { Count: > 0 } offsets)
            CheckOffsets(offsets);
    }

    private void CheckOffsets(IReadOnlyDictionary<string, TimeOffset> offsets)
    {
        if (!_namespaces.TryGetValue("time", out string? joined) || joined is not null)
            throw Wrong("linux.timeOffsets", "they need a new time namespace");
        foreach ((string clock, TimeOffset offset) in offsets)
        {
            if (clock is not ("monotonic" or "boottime"))
                throw Wrong("linux.timeOffsets", $"clock {Show(clock)} is neither monotonic nor boottime");
            if (offset.Nanosecs >= NanosecondsOfASecond)
                throw Wrong($"linux.timeOffsets.{clock}.nanosecs", $"{offset.Nanosecs} is a second or more");
        }
    }

    private void CheckMappings(LinuxSpec linux, UserSpec user)
    {
        bool hasMaps = linux.UidMappings is { Count: > 0 } || linux.GidMappings is { Count: > 0 };
        if (!_namespaces.TryGetValue("user", out string? joined))
        {
            if (hasMaps)
                throw Wrong(linux.UidMappings is { Count: > 0 } ? "linux.uidMappings" : "linux.gidMappings", "they need a user namespace");
            return;
        }
        CheckMap("linux.uidMappings", linux.UidMappings);
        CheckMap("linux.gidMappings", linux.GidMappings);
        // One that is joined has its maps.
        if (joined is not null)
            return;
        RequireMapped("process.user.uid", user.Uid, "linux.uidMappings", linux.UidMappings);
        RequireMapped("process.user.gid", user.Gid, "linux.gidMappings", linux.GidMappings);
    }

    private void CheckMap(string member, IReadOnlyList<IdMapping>? mappings)
    {
        if (mappings?.Count > MostMappings)
            throw Wrong(member, $"{mappings.Count} ranges are more than the {MostMappings} that the kernel takes");
        for (int i = 0; i < (mappings?.Count ?? 0); i++)
        {
            IdMapping range = mappings![i];
            if (range.Size == 0)
                throw Wrong($"{member}[{i}].size", "it is 0");
            if ((ulong)range.ContainerId + range.Size > uint.MaxValue || (ulong)range.HostId + range.Size > uint.MaxValue)
                throw Wrong($"{member}[{i}].size", $"{range.Size} ids from there on go beyond the last one");
            for (int j = 0; j < i; j++)
            {
                if (Overlap(range.ContainerId, mappings[j].ContainerId, range.Size, mappings[j].Size) || Overlap(range.HostId, mappings[j].HostId, range.Size, mappings[j].Size))
                    throw Wrong($"{member}[{i}]", $"it overlaps [{j}]");
            }
        }
    }

    private void RequireMapped(string member, uint id, string map, IReadOnlyList<IdMapping>? mappings)
    {
        if (mappings is not { Count: > 0 })
            throw Wrong(map, "a new user namespace needs one");
        foreach (IdMapping range in mappings)
        {
            if (id >= range.ContainerId && id - range.ContainerId < range.Size)
                return;
        }
        throw Wrong(member, $"{id} is not in {map}");
    }

    private static bool Overlap(uint a, uint b, uint sizeOfA, uint sizeOfB) => (ulong)a < (ulong)b + sizeOfB && (ulong)b < (ulong)a + sizeOfA;

    // The path may be that of the namespace that we are in: what is set there is set on the host.
    private bool IsOwn(string kind) => _namespaces.TryGetValue(kind, out string? joined) && (joined is null || !IsOurs(kind, joined));

    private static bool IsOurs(string kind, string path)
    {
        try
        {
            using SafeFd ours = FileDescriptor.Open($"/proc/self/ns/{(kind == "network" ? "net" : kind)}", OpenFlags.Path);
            using SafeFd theirs = FileDescriptor.Open(path, OpenFlags.Path);
            return ours.Status().IsSameFileAs(theirs.Status());
        }
        catch (LinuxException)
        {
            // Whoever joins it will say so.
            return false;
        }
    }
}
