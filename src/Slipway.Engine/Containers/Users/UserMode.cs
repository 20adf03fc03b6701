using System.Globalization;
using Slipway.Engine.Containers.Requests;
using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Engine.Containers.Users;

/// <summary>What <c>--userns</c>, <c>--uidmap</c> and <c>--gidmap</c> ask for, as podman has them.</summary>
internal static class UserMode
{
    private const string Auto = "auto";

    // Down to nobody (65534) and one beyond, so that every id of an ordinary image has one outside.
    private const uint UsualSize = 65536, MostSize = 1u << 24;

    private static readonly Version s_overlayMaps = new(5, 19);

    /// <summary>Whether the container has ids of its own.</summary>
    public static bool IsMapped(SecurityRequest security) => IsAuto(security.UsernsMode) || security.UidMaps.Count > 0 || security.GidMaps.Count > 0;

    /// <summary>How many ids a range of its own is to have; null where none is asked for.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: a size that makes no sense.</exception>
    public static uint? SizeOf(SecurityRequest security)
    {
        if (!IsAuto(security.UsernsMode))
            return null;
        string options = security.UsernsMode![Auto.Length..].TrimStart(':');
        if (options.Length == 0)
            return UsualSize;
        return options.StartsWith("size=", StringComparison.Ordinal) && uint.TryParse(options.AsSpan("size=".Length), NumberStyles.None, CultureInfo.InvariantCulture, out uint size) && size is > 0 and <= MostSize
            ? size
            : throw Invalid($"--userns {security.UsernsMode}: want auto or auto:size=N, with N from 1 to {MostSize}");
    }

    /// <summary>The maps that were written out; null where there are none. What is said of users alone holds for groups, and the other way round.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: not <c>CONTAINER:HOST:COUNT</c>.</exception>
    public static OwnerMap? MapsOf(SecurityRequest security)
    {
        IReadOnlyList<string> uids = security.UidMaps.Count > 0 ? security.UidMaps : security.GidMaps;
        return uids.Count == 0 ? null : new([.. uids.Select(m => Parse("--uidmap", m))], [.. (security.GidMaps.Count > 0 ? security.GidMaps : uids).Select(m => Parse("--gidmap", m))]);
    }

    /// <exception cref="SlipwayException">InvalidArgument, NotSupported.</exception>
    public static void Check(ContainerRequest request)
    {
        SecurityRequest security = request.Security;
        CheckMode(security);
        if (!IsMapped(security))
            return;
        _ = SizeOf(security);
        OwnerMap? maps = MapsOf(security);
        if (maps is not null && (!maps.Uids.Any(HasRoot) || !maps.Gids.Any(HasRoot)))
            throw Invalid("--uidmap, --gidmap: a range must have the container's id 0, whose its files in /etc and its terminal are");
        // As docker says it where all containers are mapped.
        if (security.Privileged)
            throw Invalid("privileged mode is incompatible with user namespaces. You must run the container in the host namespace when running privileged mode");
        RequireOwn(request.Network, "the host's network", "network");
        RequireOwn(security.PidMode, "the host PID", "PID");
        RequireOwn(security.IpcMode, "the host's IPC", "IPC");
        if (Environment.OSVersion.Version < s_overlayMaps)
            throw new SlipwayException(ErrorKind.NotSupported, $"--userns: layers can be shown with other ids from Linux 5.19 on, and this is {Environment.OSVersion.Version}") { Hint = "leave --userns out" };
    }

    private static void CheckMode(SecurityRequest security)
    {
        string mode = security.UsernsMode ?? "";
        bool hasMaps = security.UidMaps.Count > 0 || security.GidMaps.Count > 0;
        switch (mode.Split(':')[0])
        {
            case "" or "private" when hasMaps:
            case "":
            case "host" when !hasMaps && mode == "host":
            case Auto when !hasMaps:
                return;
            case "host" or Auto:
                throw Invalid($"--userns {mode} and --uidmap or --gidmap contradict each other");
            case "private":
                throw new SlipwayException(ErrorKind.InvalidArgument, "--userns private needs --uidmap") { Hint = "'--userns auto' chooses a range that no other container has" };
            case "keep-id" or "nomap":
                throw new SlipwayException(ErrorKind.NotSupported, $"--userns {mode}: that is about the user of a rootless engine, and slip runs containers as root") { Hint = "'--userns auto' gives the container a range of ids of its own" };
            case "container" or "ns":
                throw new SlipwayException(ErrorKind.NotSupported, $"--userns {mode}: a user namespace of another's can't be joined") { Hint = "'--userns auto' gives the container a range of ids of its own" };
            default:
                throw Invalid("--userns: invalid USER mode");
        }
    }

    // Namespaces belong to the user namespace that they were made in, and root of another has no say in them.
    private static void RequireOwn(string? mode, string ofHost, string what)
    {
        if (mode == "host")
            throw Invalid($"cannot share {ofHost} namespace when user namespaces are enabled");
        if (SharedMode.ContainerOf(mode) is not null)
            throw Invalid($"cannot join {what} of a container when user namespaces are enabled: it belongs to that container's user namespace");
    }

    private static bool IsAuto(string? mode) => mode == Auto || mode?.StartsWith(Auto + ":", StringComparison.Ordinal) == true;

    private static bool HasRoot(IdMapping range) => range.ContainerId == 0;

    private static IdMapping Parse(string flag, string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length is 2 or 3 && Number(parts[0], out uint inside) && Number(parts[1], out uint outside) && Number(parts.ElementAtOrDefault(2) ?? "1", out uint count) && count > 0)
            return new() { ContainerId = inside, HostId = outside, Size = count };
        throw Invalid($"{flag} {Linux.Printable.Escape(text)}: want CONTAINER:HOST:COUNT, the first id inside, the first outside, and how many");
    }

    private static bool Number(string text, out uint number) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static SlipwayException Invalid(string message) => new(ErrorKind.InvalidArgument, message);
}
