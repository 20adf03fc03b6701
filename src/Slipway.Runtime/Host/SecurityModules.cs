using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Host;

/// <summary>The security modules that this host runs.</summary>
internal static class SecurityModules
{
    private const string NoProfile = "unconfined";

    /// <summary>Whether AppArmor is on.</summary>
    public static bool HasAppArmor => SmallFile.TryReadText("/sys/module/apparmor/parameters/enabled")?.StartsWith('Y') == true;

    /// <summary>Whether SELinux is on: its file system is mounted where it belongs then (selinux(8)).</summary>
    public static bool HasSelinux => SmallFile.TryReadText("/sys/fs/selinux/enforce") is not null;

    /// <summary>Whether a profile asks for no more than a host without AppArmor gives.</summary>
    public static bool MeansNothing(string profile) => profile == NoProfile && !HasAppArmor;

    /// <summary>A process that is to be confined must not run unconfined for want of the module.</summary>
    /// <exception cref="SlipwayException">NotSupported: it asks for a module that isn't there.</exception>
    public static void Require(ProcessSpec? process)
    {
        if (process?.ApparmorProfile is { Length: > 0 } profile && profile != NoProfile && !HasAppArmor)
            throw Missing("process.apparmorProfile", profile, "AppArmor");
        if (process?.SelinuxLabel is { Length: > 0 } label && !HasSelinux)
            throw Missing("process.selinuxLabel", label, "SELinux");
    }

    private static SlipwayException Missing(string member, string value, string module) =>
        new(ErrorKind.NotSupported, $"{member} '{Linux.Printable.Escape(value)}': this host has no {module}, or it is off") { Hint = $"leave {member} out to run without" };
}
