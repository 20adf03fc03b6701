using System.Globalization;
using Slipway.Linux;
using Slipway.Linux.Mounts;
using Slipway.Linux.Processes;
using Slipway.Linux.Terminals;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Mounts;

namespace Slipway.Runtime.Process;

/// <summary>
/// The terminal of a container that is to be started. Its devpts is mounted here, attached nowhere, and becomes the container's /dev/pts
/// later: so the master never has to be handed out of the container.
/// </summary>
internal sealed class ContainerPty : IDisposable
{
    private SafeFd? _master;

    private ContainerPty(SafeFd? mount, SafeFd master, SafeFd slave)
    {
        Mount = mount;
        _master = master;
        Slave = slave;
    }

    public SafeFd? Mount { get; }

    public SafeFd Slave { get; }

    public static ContainerPty Make(RuntimeSpec spec, bool keepsNewlines)
    {
        SafeFd? mount = null;
        if (DevptsOf(spec) is { } devpts)
            mount = MountDetached(MountOptions.Parse(devpts.Options, devpts.Type), OwnerMap.Of(spec.Linux));
        (SafeFd master, SafeFd slave) = mount is null ? PtyPair.OpenHost() : PtyPair.Open(mount);
        if (spec.Process?.ConsoleSize is { } size)
            Terminal.SetSize(master, size.Height, size.Width);
        if (keepsNewlines)
            Terminal.SetModes(slave, Terminal.KeepNewlines(Terminal.GetModes(slave)));
        return new ContainerPty(mount, master, slave);
    }

    /// <summary>Whether the terminal lives in a devpts of the container's own.</summary>
    public static bool HasMount(RuntimeSpec spec) => DevptsOf(spec) is not null;

    /// <summary>From now on the caller owns the outer end.</summary>
    public SafeFd TakeMaster()
    {
        SafeFd master = _master ?? throw new InvalidOperationException("the master is taken");
        _master = null;
        return master;
    }

    public void Dispose()
    {
        _master?.Dispose();
        Slave.Dispose();
        Mount?.Dispose();
    }

    private static string Text(uint id) => id.ToString(CultureInfo.InvariantCulture);

    private static MountSpec? DevptsOf(RuntimeSpec spec) =>
        spec.Mounts?.FirstOrDefault(static candidate => candidate.Type == "devpts" && candidate.Destination == "/dev/pts");

    // It is the host's file system, whose options name the host's ids.
    private static SafeFd MountDetached(MountOptions options, OwnerMap? owners)
    {
        using FsContext context = FsContext.Open("devpts");
        foreach ((string key, string? value) in options.Data)
        {
            if (value is null)
                context.SetFlag(key);
            else
                context.Set(key, owners is not null && key == "gid" && uint.TryParse(value, CultureInfo.InvariantCulture, out uint group) ? Text(owners.Outside((0, group)).Gid) : value);
        }
        if (owners is not null)
            context.Set("uid", Text(owners.Outside((0, 0)).Uid));
        return context.Mount((MountAttributes)options.Set);
    }
}
