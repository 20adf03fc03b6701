using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Users;

/// <summary>Turns what <c>--user</c> or an image's <c>USER</c> says into numbers (invariant I12).</summary>
public static class UserResolver
{
    /// <summary>Looks names up in the passwd and group files of a root file system, each read beneath <paramref name="root"/> and at most 10 MiB long.</summary>
    /// <param name="root">The root directory; null where there is none: then only numbers resolve.</param>
    /// <param name="user"><c>name</c>, <c>uid</c>, <c>user:group</c>, or empty for root.</param>
    /// <param name="groupAdd">Further groups, by name or number.</param>
    /// <exception cref="SlipwayException">InvalidArgument: no such user or group, or a number that does not fit.</exception>
    public static UserSpec Resolve(SafeFd? root, string user, IReadOnlyList<string> groupAdd) =>
        throw new SlipwayException(ErrorKind.NotSupported, "user lookup is being written");
}
