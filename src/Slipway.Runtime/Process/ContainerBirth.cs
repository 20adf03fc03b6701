using Slipway.Runtime.Cgroups;

namespace Slipway.Runtime.Process;

/// <summary>A container whose process exists and has not executed its program yet.</summary>
/// <param name="Pid">The process, as this one sees its id.</param>
/// <param name="Cgroup">Where it is.</param>
public sealed record ContainerBirth(int Pid, Cgroup Cgroup);
