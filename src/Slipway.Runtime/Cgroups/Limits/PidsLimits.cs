using System.Globalization;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Cgroups.Limits;

/// <summary>How many processes and threads; the file is the same in both versions.</summary>
internal static class PidsLimits
{
    public static IEnumerable<CgroupSetting> For(PidsSpec pids) => pids.Limit == 0
        ? []
        : [new("pids", "pids.max", pids.Limit > 0 ? pids.Limit.ToString(CultureInfo.InvariantCulture) : "max")];
}
