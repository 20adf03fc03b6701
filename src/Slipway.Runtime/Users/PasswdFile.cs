using Slipway.Linux.Files;

namespace Slipway.Runtime.Users;

/// <summary>A line of passwd(5); without a name or home where the file doesn't have the user.</summary>
internal sealed record PasswdEntry(string? Name, uint Uid, uint Gid, string? Home);

/// <summary>/etc/passwd of a root file system.</summary>
internal static class PasswdFile
{
    private const int Fields = 7;

    public static PasswdEntry? Find(DirFd root, Func<PasswdEntry, bool> isIt)
    {
        foreach (string line in BoundedLines.Read(root, "etc/passwd"u8))
        {
            string[] fields = line.Split(':', Fields);
            if (fields.Length < 4 || fields[0].Length == 0 || !uint.TryParse(fields[2], out uint uid) || !uint.TryParse(fields[3], out uint gid))
                continue;
            var entry = new PasswdEntry(fields[0], uid, gid, fields.Length > 5 && fields[5].StartsWith('/') ? fields[5] : null);
            if (isIt(entry))
                return entry;
        }
        return null;
    }
}
