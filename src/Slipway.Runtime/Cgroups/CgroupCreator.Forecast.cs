using Slipway.Oci.Runtime;
using Slipway.Runtime.Plan;

namespace Slipway.Runtime.Cgroups;

/// <content>What it would do, without doing it.</content>
internal sealed partial class CgroupCreator
{
    /// <summary>What <see cref="Create"/> would do where the cgroup file systems can be written.</summary>
    /// <inheritdoc cref="Create"/>
    public static CgroupForecast Foresee(LinuxSpec? linux, string containerId, bool everyController = false)
    {
        var creator = new CgroupCreator(CgroupHost.Read(), linux, containerId);
        var steps = new List<PreparedStep>();
        var views = new List<CgroupView>();
        List<CgroupHierarchy> v1 = creator.UsedV1(everyController);
        foreach (CgroupHierarchy hierarchy in v1)
        {
            string directory = $"{hierarchy.MountPoint}/{creator._path}";
            views.Add(ViewOf(hierarchy, directory));
            creator.Describe(steps, directory, linux, setting => !setting.IsUnified && hierarchy.Controllers.Contains(setting.Controller));
            if (hierarchy.Controllers.Contains("devices"))
                steps.AddRange(creator._devices.Select(RuleOf).Select(rule => new PreparedStep("write", $"{directory}/{rule.File}", rule.Value, "linux.resources.devices")));
        }
        if (creator.UsedV2 is { } tree)
            creator.DescribeV2(steps, views, tree, linux);
        return new CgroupForecast(v1.Count, views, steps);
    }

    private void DescribeV2(List<PreparedStep> steps, List<CgroupView> views, CgroupHierarchy tree, LinuxSpec? linux)
    {
        string directory = $"{tree.MountPoint}/{_path}";
        Describe(steps, directory, linux, static setting => setting.IsUnified);
        if (DevicesByProgram)
            steps.Add(new PreparedStep("attach a program to", directory, $"{_devices.Count} rules", "linux.resources.devices"));
        steps.Add(new PreparedStep("let the process be born in", directory, "CLONE_INTO_CGROUP", "linux.cgroupsPath"));
        if (_host.IsUnifiedOnly)
            views.Add(ViewOf(tree, directory));
    }

    private void Describe(List<PreparedStep> steps, string directory, LinuxSpec? linux, Func<CgroupSetting, bool> isIts)
    {
        steps.Add(new PreparedStep("make the cgroup", directory, "", "linux.cgroupsPath"));
        steps.AddRange(_settings.Where(isIts).Select(setting =>
            new PreparedStep("write", $"{directory}/{setting.File}", setting.Value, CauseOf(setting, linux))));
    }

    private static string CauseOf(CgroupSetting setting, LinuxSpec? linux) => linux?.Resources?.Unified?.ContainsKey(setting.File) == true
        ? "linux.resources.unified"
        : "linux.resources." + setting.Controller switch
        {
            "cpuset" => "cpu",
            "io" or "blkio" => "blockIO",
            "hugetlb" => "hugepageLimits",
            "net_cls" or "net_prio" => "network",
            string controller => controller,
        };
}
