using Slipway.Oci.Runtime;
using Slipway.Runtime.Plan;

namespace Slipway.Runtime.Specs;

/// <content>The process (config.md#process).</content>
public sealed partial class SpecValidator
{
    private const int LeastOomScore = -1000, MostOomScore = 1000;
    private const uint MostUmask = 0x1ff; // 0777

    private ProcessSpec AcceptProcess(ProcessSpec process, string at)
    {
        if (process.Args.Count == 0)
            throw Wrong(at + "args", "it is empty: there is nothing to execute");
        if (process.Args[0].Length == 0)
            throw Wrong(at + "args[0]", "it is empty");
        if (!process.Cwd.StartsWith('/'))
            throw Wrong(at + "cwd", $"{Show(process.Cwd)} is not absolute");
        CheckEnvironment(at + "env", process.Env);
        CheckUser(at + "user", process.User);
        CheckLimits(at + "rlimits", process.Rlimits);
        if (process.OomScoreAdj is < LeastOomScore or > MostOomScore)
            throw Wrong(at + "oomScoreAdj", $"{process.OomScoreAdj} is not from {LeastOomScore} to {MostOomScore}");
        CheckScheduler(at + "scheduler", process.Scheduler);
        CheckIOPriority(at + "ioPriority", process.IOPriority);
        CheckAffinity(at + "execCPUAffinity", process.ExecCpuAffinity);
        return process with { Capabilities = AcceptCapabilities(at + "capabilities", process.Capabilities) };
    }

    private void CheckEnvironment(string member, IReadOnlyList<string>? variables)
    {
        for (int i = 0; i < (variables?.Count ?? 0); i++)
        {
            if (variables![i].IndexOf('=', StringComparison.Ordinal) <= 0)
                throw Wrong($"{member}[{i}]", $"{Show(variables[i])} is not NAME=value");
        }
    }

    // -1 means "leave it" to setresuid(2).
    private void CheckUser(string member, UserSpec user)
    {
        if (user.Uid == uint.MaxValue)
            throw Wrong(member + ".uid", $"{user.Uid} is nobody's number");
        if (user.Gid == uint.MaxValue)
            throw Wrong(member + ".gid", $"{user.Gid} is no group's number");
        for (int i = 0; i < (user.AdditionalGids?.Count ?? 0); i++)
        {
            if (user.AdditionalGids![i] == uint.MaxValue)
                throw Wrong($"{member}.additionalGids[{i}]", $"{uint.MaxValue} is no group's number");
        }
        if (user.Umask > MostUmask)
            throw Wrong(member + ".umask", $"{user.Umask} is more than {MostUmask} (0777)");
    }

    private void CheckLimits(string member, IReadOnlyList<RlimitSpec>? limits)
    {
        for (int i = 0; i < (limits?.Count ?? 0); i++)
        {
            RlimitSpec limit = limits![i];
            if (!LimitSteps.Names.Contains(limit.Type))
                throw Wrong($"{member}[{i}].type", $"{Show(limit.Type)} is unknown");
            if (limit.Soft > limit.Hard)
                throw Wrong($"{member}[{i}].soft", $"{limit.Soft} is above the hard limit {limit.Hard}");
            for (int j = 0; j < i; j++)
            {
                if (limits[j].Type == limit.Type)
                    throw Wrong($"{member}[{i}].type", $"{limit.Type} is there twice");
            }
        }
    }
}
