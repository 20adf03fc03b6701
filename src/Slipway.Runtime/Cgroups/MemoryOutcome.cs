namespace Slipway.Runtime.Cgroups;

/// <summary>How it went with the memory of a cgroup's processes.</summary>
/// <param name="OomKilled">The kernel killed one of them for want of it.</param>
/// <param name="Peak">The most that they used at a time, in bytes; null where nobody counted.</param>
public readonly record struct MemoryOutcome(bool OomKilled, long? Peak);
