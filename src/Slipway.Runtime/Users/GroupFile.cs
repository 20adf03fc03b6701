using Slipway.Linux.Files;

namespace Slipway.Runtime.Users;

/// <summary>/etc/group of a root file system (group(5)).</summary>
internal static class GroupFile
{
    private const int Fields = 4;

    // NGROUPS_MAX of the kernel.
    private const int MaxGroups = 65536;

    public static uint? Find(DirFd root, string name)
    {
        foreach ((string group, uint gid, string _) in Entries(root))
        {
            if (group == name)
                return gid;
        }
        return null;
    }

    /// <summary>The groups that list this user as a member.</summary>
    public static List<uint> GroupsOf(DirFd root, string user) =>
        [.. Entries(root).Where(e => e.Members.Split(',').Contains(user)).Select(e => e.Gid).Take(MaxGroups)];

    private static IEnumerable<(string Name, uint Gid, string Members)> Entries(DirFd root)
    {
        foreach (string line in BoundedLines.Read(root, "etc/group"u8))
        {
            string[] fields = line.Split(':', Fields);
            if (fields.Length >= 3 && fields[0].Length > 0 && uint.TryParse(fields[2], out uint gid))
                yield return (fields[0], gid, fields.Length > 3 ? fields[3] : "");
        }
    }
}
