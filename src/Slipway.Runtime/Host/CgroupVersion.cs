namespace Slipway.Runtime.Host;

/// <summary>How a host arranges control groups.</summary>
public enum CgroupVersion
{
    /// <summary>None is mounted: containers run without limits.</summary>
    None,

    /// <summary>A hierarchy for each controller.</summary>
    V1,

    /// <summary>One tree.</summary>
    V2,

    /// <summary>Controllers on v1, and an additional v2 tree.</summary>
    Hybrid,
}
