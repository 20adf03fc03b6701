using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Specs;

/// <content>Cgroup limits (config-linux.md#control-groups), as far as no kernel has to be asked.</content>
public sealed partial class SpecValidator
{
    private const ushort LeastWeight = 10, MostWeight = 1000;
    private const ulong MostSwappiness = 100;

    private void CheckResources(ResourcesSpec? resources)
    {
        if (resources is null)
            return;
        CheckDeviceRules(resources.Devices);
        if (resources.Memory?.Swappiness > MostSwappiness)
            throw Wrong("linux.resources.memory.swappiness", $"{resources.Memory.Swappiness} is more than {MostSwappiness}");
        if (resources.Cpu?.Idle is not (null or 0 or 1))
            throw Wrong("linux.resources.cpu.idle", $"{resources.Cpu.Idle} is neither 0 nor 1");
        CheckBlockIO(resources.BlockIO);
        for (int i = 0; i < (resources.HugepageLimits?.Count ?? 0); i++)
        {
            string size = resources.HugepageLimits![i].PageSize;
            if (!IsPageSize(size))
                throw Wrong($"linux.resources.hugepageLimits[{i}].pageSize", $"{Show(size)} is not a size like 2MB or 1GB");
        }
        foreach (string file in (resources.Unified ?? new Dictionary<string, string>()).Keys)
        {
            // It becomes a path below the container's cgroup.
            if (file.Contains('/', StringComparison.Ordinal) || file.IndexOf('.', StringComparison.Ordinal) <= 0)
                throw Wrong("linux.resources.unified", $"{Show(file)} is not a file like memory.high");
        }
    }

    private void CheckDeviceRules(IReadOnlyList<DeviceRule>? rules)
    {
        for (int i = 0; i < (rules?.Count ?? 0); i++)
        {
            DeviceRule rule = rules![i];
            string member = $"linux.resources.devices[{i}]";
            if (rule.Type is not (null or "" or "a" or "b" or "c"))
                throw Wrong(member + ".type", $"{Show(rule.Type)} is none of a, b, c");
            if (rule.Access?.AsSpan().ContainsAnyExcept("rwma") == true || rule.Access is { Length: > 0 } && !rule.Access.AsSpan().ContainsAny("rwm"))
                throw Wrong(member + ".access", $"{Show(rule.Access)} is not of r, w and m");
            // runc's callers write it, and runc passes over it.
            if (rule.Access?.Contains('a', StringComparison.Ordinal) == true)
                Warn(member + ".access", $"{Show(rule.Access)} is not of r, w and m: a is ignored");
            if (rule.Major < -1)
                throw Wrong(member + ".major", $"{rule.Major} is less than -1");
            if (rule.Minor < -1)
                throw Wrong(member + ".minor", $"{rule.Minor} is less than -1");
        }
    }

    private void CheckBlockIO(BlockIOSpec? limits)
    {
        if (limits is null)
            return;
        RequireWeight("linux.resources.blockIO.weight", limits.Weight);
        RequireWeight("linux.resources.blockIO.leafWeight", limits.LeafWeight);
        for (int i = 0; i < (limits.WeightDevice?.Count ?? 0); i++)
        {
            RequireWeight($"linux.resources.blockIO.weightDevice[{i}].weight", limits.WeightDevice![i].Weight);
            RequireWeight($"linux.resources.blockIO.weightDevice[{i}].leafWeight", limits.WeightDevice[i].LeafWeight);
        }
    }

    // 0 is "not set" to those who write their zeros out.
    private void RequireWeight(string member, ushort? weight)
    {
        if (weight is not (null or 0 or (>= LeastWeight and <= MostWeight)))
            throw Wrong(member, $"{weight} is not from {LeastWeight} to {MostWeight}");
    }

    private static bool IsPageSize(string text) =>
        text.Length > 2 && text[^2..] is "KB" or "MB" or "GB" && text[0] != '0' && !text.AsSpan(0, text.Length - 2).ContainsAnyExceptInRange('0', '9');
}
