using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Users;

/// <summary>Who a process is.</summary>
/// <param name="Spec">Numbers for the kernel.</param>
/// <param name="Home">The home directory that the passwd file has, <c>/root</c> for a root that it doesn't know, else <c>/</c>.</param>
public sealed record ResolvedUser(UserSpec Spec, string Home);
