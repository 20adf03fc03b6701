using Slipway.Runtime.Plan;

namespace Slipway.Runtime.Cgroups;

/// <summary>What <see cref="CgroupCreator.Create"/> would do.</summary>
/// <param name="Joins">How many hierarchies the child would write itself into.</param>
/// <param name="Views">The cgroup file systems that the container would see.</param>
/// <param name="Steps">For people.</param>
internal sealed record CgroupForecast(int Joins, IReadOnlyList<CgroupView> Views, IReadOnlyList<PreparedStep> Steps);
