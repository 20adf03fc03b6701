namespace Slipway.Runtime.Plan;

/// <summary>The parts of a start, in the order in which they happen. Each says why it stands where it does.</summary>
public enum PlanPhase
{
    /// <summary>By the parent, before there is a child: with its rights, in its mount namespace. What is made here is attached nowhere.</summary>
    Trees,

    /// <summary>First, so that no signal of the caller's terminal reaches a half-made container.</summary>
    Session,

    /// <summary>What clone3 could not make: first, since whatever follows belongs to the process that lasts.</summary>
    Namespaces,

    /// <summary>Before anything that costs memory, so that the container pays for all of it; and before its cgroup namespace, whose root it becomes.</summary>
    Cgroup,

    /// <summary>While the host's own /proc is still the one that is mounted.</summary>
    Host,

    /// <summary>A further process enters the container: the host's paths are gone with it.</summary>
    Join,

    /// <summary>Before the mounts, which are made in it: by its descriptor alone, so that no link of an image leads out (invariant I1).</summary>
    Root,

    /// <summary>In the order of the spec: later ones lie on earlier ones.</summary>
    Mounts,

    /// <summary>After the mounts: on our own /dev, not on the image's (invariant I3).</summary>
    Devices,

    /// <summary>With everything mounted, and while programs of the host can still be reached.</summary>
    Hooks,

    /// <summary>As soon as nothing of the host is needed any more.</summary>
    Pivot,

    /// <summary>Before /proc/sys becomes read-only.</summary>
    Sysctls,

    /// <summary>After everything that is written through /proc and /sys, and after /dev/null exists.</summary>
    Masks,

    /// <summary>Names and the loopback device: anywhere before the capabilities go.</summary>
    Names,

    /// <summary>After all mounts, so that the directory is the one that the process will see; while still root, who may make it.</summary>
    Directory,

    /// <summary>After the last file was made in the root.</summary>
    Seal,

    /// <summary>Before the user changes: the new one may not own the terminal. Before the limits: one of them is on open files.</summary>
    Streams,

    /// <summary>While capabilities are still there to raise limits with.</summary>
    Limits,

    /// <summary>After the last of them was used, and before a filter that may not know the call.</summary>
    Descriptors,

    /// <summary>Groups before the user, the user before the sets, the sets last: each takes away the right to do the one before.</summary>
    Identity,

    /// <summary>After the identity when no_new_privs is set, so that the filter needn't allow it; otherwise before, since it needs CAP_SYS_ADMIN.</summary>
    Filter,

    /// <summary>After everything that can fail: a container that was created starts.</summary>
    Gate,

    /// <summary>Nothing can follow.</summary>
    Execute,
}
