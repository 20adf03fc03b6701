using System.Globalization;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Runtime.Users;

/// <summary>
/// Turns what <c>--user</c> or an image's <c>USER</c> says into numbers. A number is a number (invariant I12): digits alone are never looked up
/// as a name, and a number that is no 32-bit id is refused.
/// </summary>
public static class UserResolver
{
    // -1 means "leave it" to chown(2) and setresuid(2), so it is nobody's number.
    private const uint NoId = uint.MaxValue;

    /// <summary>Looks names up in the passwd and group files of a root file system, read beneath it and bounded.</summary>
    /// <param name="root">The root directory.</param>
    /// <param name="user"><c>name</c>, <c>uid</c>, <c>user:group</c>, <c>:group</c>, or empty for root.</param>
    /// <param name="groupAdd">Further groups, by name or number.</param>
    /// <exception cref="SlipwayException">InvalidArgument: no such user or group, or a number that does not fit.</exception>
    public static ResolvedUser Resolve(DirFd root, string user, IReadOnlyList<string> groupAdd)
    {
        int colon = user.IndexOf(':', StringComparison.Ordinal);
        string userPart = colon < 0 ? user : user[..colon];
        string groupPart = colon < 0 ? "" : user[(colon + 1)..];
        if (colon >= 0 && groupPart.Length == 0)
            throw Invalid(user, "a group is missing after the colon");
        PasswdEntry entry = FindUser(root, userPart.Length == 0 ? "0" : userPart);
        uint gid = groupPart.Length == 0 ? entry.Gid : FindGroup(root, groupPart);
        // An explicit group drops the memberships of the group file, as docker has it.
        List<uint> groups = groupPart.Length == 0 && entry.Name is { } name ? GroupFile.GroupsOf(root, name) : [];
        groups.AddRange(groupAdd.Select(g => FindGroup(root, g)));
        return new(new() { Uid = entry.Uid, Gid = gid, AdditionalGids = [.. groups.Prepend(gid).Distinct()] }, entry.Home ?? (entry.Uid == 0 ? "/root" : "/"));
    }

    private static PasswdEntry FindUser(DirFd root, string user)
    {
        if (IsNumber(user))
        {
            uint uid = ParseId(user);
            return PasswdFile.Find(root, p => p.Uid == uid) ?? new(null, uid, 0, null);
        }
        return PasswdFile.Find(root, p => p.Name == user) ?? throw new SlipwayException(ErrorKind.InvalidArgument, $"unable to find user {Linux.Printable.Escape(user)}: no matching entries in passwd file");
    }

    private static uint FindGroup(DirFd root, string group)
    {
        if (IsNumber(group))
            return ParseId(group);
        return GroupFile.Find(root, group) ?? throw new SlipwayException(ErrorKind.InvalidArgument, $"unable to find group {Linux.Printable.Escape(group)}: no matching entries in group file");
    }

    // A sign makes it a number too, and then one that doesn't fit.
    private static bool IsNumber(string text) => text.Length > 0 && text.AsSpan(text[0] is '-' or '+' ? 1 : 0) is { Length: > 0 } digits && !digits.ContainsAnyExceptInRange('0', '9');

    private static uint ParseId(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint id) && id != NoId
            ? id
            : throw Invalid(text, $"uids and gids must be in range 0-{NoId - 1}");

    private static SlipwayException Invalid(string text, string why) =>
        new(ErrorKind.InvalidArgument, $"invalid user '{Linux.Printable.Escape(text)}': {why}");
}
