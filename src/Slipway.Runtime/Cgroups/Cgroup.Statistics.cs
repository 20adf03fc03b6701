using Slipway.Runtime.Cgroups.Statistics;

namespace Slipway.Runtime.Cgroups;

/// <content>What its processes have used.</content>
public sealed partial class Cgroup
{
    /// <summary>Reads the counters as they are now; those that the container's cgroups don't keep are null or zero.</summary>
    public CgroupStatistics Statistics() => new StatisticsReader(Read).Read(_host.Value.IsUnifiedOnly);
}
