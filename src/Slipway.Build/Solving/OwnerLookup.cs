using System.Globalization;
using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Build.Solving;

/// <summary>
/// <c>--chown=user[:group]</c>: digits are numbers and never names (invariant I12); names are looked up in the stage's own files, read beneath
/// its root and bounded (I6, I8). Without a group, a name has its user's, a number the same number.
/// </summary>
internal static class OwnerLookup
{
    private const int MaxBytes = 10 << 20;

    public static Owner Find(DirFd root, string chown)
    {
        string[] parts = chown.Split(':');
        if (parts.Length > 2)
            throw Invalid(chown, "want user[:group]");
        // What is left out is root.
        (uint uid, uint gid) = parts[0].Length == 0 ? (0, 0)
            : IsNumber(parts[0]) ? (Number(chown, parts[0]), Number(chown, parts[0]))
            : User(root, parts[0]) ?? throw Invalid(chown, $"no user '{Printable.Escape(parts[0])}' in the stage's /etc/passwd");
        if (parts.Length == 1 || parts[1].Length == 0)
            return new(uid, gid);
        return new(uid, IsNumber(parts[1])
            ? Number(chown, parts[1])
            : Group(root, parts[1]) ?? throw Invalid(chown, $"no group '{Printable.Escape(parts[1])}' in the stage's /etc/group"));
    }

    // name:password:uid:gid:…
    private static (uint, uint)? User(DirFd root, string name)
    {
        foreach (string[] fields in Lines(root, "etc/passwd"u8))
        {
            if (fields[0] == name && fields.Length > 3 && TryNumber(fields[2], out uint uid) && TryNumber(fields[3], out uint gid))
                return (uid, gid);
        }
        return null;
    }

    // name:password:gid:…
    private static uint? Group(DirFd root, string name)
    {
        foreach (string[] fields in Lines(root, "etc/group"u8))
        {
            if (fields[0] == name && fields.Length > 2 && TryNumber(fields[2], out uint gid))
                return gid;
        }
        return null;
    }

    private static IEnumerable<string[]> Lines(DirFd root, ReadOnlySpan<byte> path)
    {
        using SafeFd? named = root.TryOpenPath(path, OpenFlags.Path, Resolve.InRoot);
        if (named is null)
            return [];
        FileStatus status = named.Status();
        if (!status.IsRegular || status.Size > MaxBytes)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"read '/{Encoding.UTF8.GetString(path)}' of the stage: not a regular file of at most {MaxBytes >> 20} MiB");
        using SafeFd file = named.Reopen(OpenFlags.ReadOnly);
        var bytes = new byte[status.Size];
        int length = 0;
        for (int read; length < bytes.Length && (read = file.Read(bytes.AsSpan(length))) > 0;)
            length += read;
        return Encoding.UTF8.GetString(bytes, 0, length).Split('\n').Select(line => line.Split(':'));
    }

    private static bool IsNumber(string text) => text.All(char.IsAsciiDigit);

    private static bool TryNumber(string text, out uint number) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static uint Number(string chown, string text) => TryNumber(text, out uint number) ? number : throw Invalid(chown, $"{text} is not a 32-bit number");

    private static SlipwayException Invalid(string chown, string why) => new(ErrorKind.InvalidArgument, $"invalid chown '{Printable.Escape(chown)}': {why}");
}
