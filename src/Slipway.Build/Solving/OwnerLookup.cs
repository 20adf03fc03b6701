using System.Globalization;
using System.Text;
using Slipway.Build.Graph;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Build.Solving;

/// <summary>
/// <c>--chown=user[:group]</c>: digits are numbers and never names (invariant I12); names are looked up in the stage's own files, read beneath
/// its root and bounded (I6, I8). Without a group, a name has its user's, a number the same number. A name that is not there is as if it was not
/// given, as with BuildKit: root without a user, the user's group without a group; the step says so.
/// </summary>
internal static class OwnerLookup
{
    private const int MaxBytes = 10 << 20;

    /// <summary>Who that is.</summary>
    /// <param name="root">Of the stage.</param>
    /// <param name="chown">As the Dockerfile has it.</param>
    /// <param name="output">Takes a line for people where a name is not there.</param>
    /// <exception cref="SlipwayException">InvalidArgument: no owner can be read from that, or the stage's files are not what they should be.</exception>
    public static Owner Find(DirFd root, string chown, Action<int, ReadOnlyMemory<byte>> output)
    {
        string[] parts = chown.Split(':');
        if (parts.Length > 2)
            throw Invalid(chown, "want user[:group]");
        (uint uid, uint gid) = OwnerName.IsRoot(parts[0]) ? (0, 0)
            : OwnerName.IsNumber(parts[0]) ? (Number(chown, parts[0]), Number(chown, parts[0]))
            : User(root, parts[0]) ?? Missing("user", parts[0], "/etc/passwd", "root", (0u, 0u), output);
        if (parts.Length == 1)
            return new(uid, gid);
        return new(uid, OwnerName.IsRoot(parts[1]) ? 0
            : OwnerName.IsNumber(parts[1]) ? Number(chown, parts[1])
            : Group(root, parts[1]) ?? Missing("group", parts[1], "/etc/group", $"group {gid}", gid, output));
    }

    private static T Missing<T>(string kind, string name, string file, string instead, T result, Action<int, ReadOnlyMemory<byte>> output)
    {
        const int StandardError = 2;
        output(StandardError, Encoding.UTF8.GetBytes($"no {kind} '{Printable.Escape(name)}' in the stage's {file}: taken as {instead}\n"));
        return result;
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

    private static bool TryNumber(string text, out uint number) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static uint Number(string chown, string text) => TryNumber(text, out uint number) ? number : throw Invalid(chown, $"{text} is not a 32-bit number");

    private static SlipwayException Invalid(string chown, string why) => new(ErrorKind.InvalidArgument, $"invalid chown '{Printable.Escape(chown)}': {why}");
}
