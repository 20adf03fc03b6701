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
