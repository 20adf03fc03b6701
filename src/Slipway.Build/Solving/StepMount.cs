using Slipway.Linux;

namespace Slipway.Build.Solving;

/// <summary>Something that is mounted while a step runs.</summary>
/// <param name="Target">Absolute path in the step.</param>
public abstract record StepMount(string Target);

/// <summary>A tree that is attached nowhere yet: the runner attaches that very mount, with the attributes that it has.</summary>
/// <param name="Target">Absolute path in the step.</param>
/// <param name="Tree">Its root, a directory or a file; the step's maker closes it when the step is over.</param>
public sealed record TreeMount(string Target, SafeFd Tree) : StepMount(Target);

/// <summary>An empty file system in memory.</summary>
/// <param name="Target">Absolute path in the step.</param>
/// <param name="Size">Bytes that it may hold; 0 for the kernel's default.</param>
public sealed record MemoryMount(string Target, long Size) : StepMount(Target);

/// <summary>A file by which names are looked up. The runner writes it, since it knows the step's network; it is read-only.</summary>
/// <param name="Target">Absolute path in the step.</param>
public sealed record NameFileMount(string Target) : StepMount(Target)
{
    /// <summary>Lines for names: hosts(5).</summary>
    public const string Hosts = "/etc/hosts";

    /// <summary>Whom to ask: resolv.conf(5).</summary>
    public const string Resolv = "/etc/resolv.conf";

    /// <summary>Those that a step has, where it mounts nothing of its own there.</summary>
    public static IEnumerable<StepMount> Beside(IReadOnlyCollection<StepMount> others) =>
        ((string[])[Hosts, Resolv]).Where(file => others.All(mount => mount.Target != file && mount.Target != "/etc")).Select(file => new NameFileMount(file));
}
