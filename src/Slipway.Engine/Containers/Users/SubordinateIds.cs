using System.Globalization;

namespace Slipway.Engine.Containers.Users;

/// <summary>The ids of this host that containers may have: those of the user <c>containers</c> in /etc/subuid and /etc/subgid (subuid(5)), as podman reads them.</summary>
internal static class SubordinateIds
{
    private const string Owner = "containers";

    // Where the files say nothing: the upper half of all ids, which no account is given, but for the two that mean nobody.
    private const ulong UsualFirst = 1UL << 31, UsualEnd = uint.MaxValue - 1;

    /// <summary>Ranges that both users and groups have, from their first id to the one after their last, in their order.</summary>
    /// <param name="uidFile">/etc/subuid, or what stands for it.</param>
    /// <param name="gidFile">/etc/subgid.</param>
    public static IReadOnlyList<(ulong First, ulong End)> Read(string uidFile = "/etc/subuid", string gidFile = "/etc/subgid")
    {
        List<(ulong First, ulong End)> uids = ReadFile(uidFile), gids = ReadFile(gidFile);
        if (uids.Count == 0 && gids.Count == 0)
            return [(UsualFirst, UsualEnd)];
        return
        [
            .. uids.SelectMany(u => gids.Select(g => (First: Math.Max(u.First, g.First), End: Math.Min(u.End, g.End)))).Where(r => r.First < r.End).Order(),
        ];
    }

    private static List<(ulong First, ulong End)> ReadFile(string path)
    {
        List<(ulong, ulong)> ranges = [];
        foreach (string line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            if (line.Split(':') is [Owner, var from, var count] && Number(from, out ulong first) && Number(count, out ulong size))
                ranges.Add((first, Math.Min(first + size, UsualEnd)));
        }
        return ranges;
    }

    private static bool Number(string text, out ulong number) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= uint.MaxValue;
}
