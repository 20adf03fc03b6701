using System.Globalization;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Cgroups.Limits;

/// <summary>The smaller controllers: huge pages, marks of packets, RDMA, and v2 files by name.</summary>
internal static class OtherLimits
{
    // What moves processes or changes what the group is; no limits.
    private static readonly string[] s_notLimits =
        ["cgroup.procs", "cgroup.threads", "cgroup.kill", "cgroup.freeze", "cgroup.type", "cgroup.subtree_control"];

    /// <summary>Also the reservation of pages that are mapped and not yet used, which the kernel counts since 5.7.</summary>
    public static IEnumerable<CgroupSetting> Hugepages(HugepageLimit limit, bool unified)
    {
        string size = limit.PageSize, value = limit.Limit.ToString(CultureInfo.InvariantCulture), file = unified ? "max" : "limit_in_bytes";
        if (size.Length == 0 || size.AsSpan().ContainsAnyExcept("0123456789KMGB"))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"'{Printable.Escape(size)}' is not a size of huge pages: give it as 2MB or 1GB");
        yield return new("hugetlb", $"hugetlb.{size}.{file}", value);
        yield return new("hugetlb", $"hugetlb.{size}.rsvd.{file}", value) { IsOptional = true };
    }

    public static IEnumerable<CgroupSetting> Network(NetworkSpec network)
    {
        if (network.ClassId is { } id)
            yield return new("net_cls", "net_cls.classid", id.ToString(CultureInfo.InvariantCulture));
        foreach (InterfacePriority priority in network.Priorities ?? [])
            yield return new("net_prio", "net_prio.ifpriomap", $"{priority.Name} {priority.Priority}");
    }

    /// <summary>The same file in both versions (cgroup-v1/rdma.rst).</summary>
    public static CgroupSetting Rdma(string device, RdmaSpec limit) =>
        new("rdma", "rdma.max", $"{device} hca_handle={Most(limit.HcaHandles)} hca_object={Most(limit.HcaObjects)}");

    public static CgroupSetting Unified(string file, string value)
    {
        int dot = file.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0 || file.Contains('/', StringComparison.Ordinal) || s_notLimits.Contains(file))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"'{Printable.Escape(file)}' is not the file of a controller");
        return new(file[..dot], file, value) { IsUnified = true };
    }

    private static string Most(uint? count) => count?.ToString(CultureInfo.InvariantCulture) ?? "max";
}
