namespace Slipway.Runtime.Cgroups;

/// <summary>The control groups of one container: one directory in a v2 tree, one in each v1 hierarchy that is used; none where the host gives none.</summary>
public sealed class Cgroup
{
    /// <summary>Takes up the cgroup of a container that was started earlier.</summary>
    /// <param name="paths">As <see cref="Paths"/> gave them.</param>
    public Cgroup(IReadOnlyList<string> paths) => Paths = paths;

    /// <summary>The directories, absolute; empty where there are none.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>Kills every process in it and returns when none is left to kill.</summary>
    public void Kill() => throw new Oci.SlipwayException(Oci.ErrorKind.NotSupported, "cgroup kill is being written");

    /// <summary>Removes the directories; those that are gone already are no error.</summary>
    public void Remove() => throw new Oci.SlipwayException(Oci.ErrorKind.NotSupported, "cgroup removal is being written");

    /// <summary>Whether the kernel killed a process of it for want of memory.</summary>
    public bool WasOomKilled() => throw new Oci.SlipwayException(Oci.ErrorKind.NotSupported, "oom detection is being written");
}
