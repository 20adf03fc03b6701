using Slipway.Oci.Runtime;
using Slipway.Runtime.Seccomp;

namespace Slipway.Runtime.Specs;

/// <content>The system call filter (config-linux.md#seccomp).</content>
public sealed partial class SpecValidator
{
    private const uint MostArguments = 6;
    private const string Notify = SeccompTokens.Notify;

    private static readonly string[] s_actions = [.. SeccompTokens.Actions], s_comparisons = [.. SeccompTokens.Comparisons];
    private static readonly string[] s_filterFlags = [.. SeccompTokens.Flags], s_architectures = [.. SeccompTokens.Architectures];

    private void CheckSeccomp(SeccompSpec? filter)
    {
        if (filter is null)
            return;
        CheckAction("linux.seccomp.defaultAction", filter.DefaultAction, "linux.seccomp.defaultErrnoRet", filter.DefaultErrnoRet);
        // Every call of its own, until the agent has the descriptor: it would never get there.
        if (filter.DefaultAction == Notify)
            throw Wrong("linux.seccomp.defaultAction", $"{Notify} can't be the default");
        RequireAllOf("linux.seccomp.flags", filter.Flags, s_filterFlags);
        RequireAllOf("linux.seccomp.architectures", filter.Architectures, s_architectures);
        bool notifies = false;
        for (int i = 0; i < (filter.Syscalls?.Count ?? 0); i++)
        {
            CheckRule($"linux.seccomp.syscalls[{i}]", filter.Syscalls![i]);
            notifies |= filter.Syscalls[i].Action == Notify;
        }
        if (notifies && string.IsNullOrEmpty(filter.ListenerPath))
            throw Wrong("linux.seccomp.listenerPath", $"it is missing, and {Notify} needs it");
        if (filter.ListenerMetadata is { Length: > 0 } && string.IsNullOrEmpty(filter.ListenerPath))
            throw Wrong("linux.seccomp.listenerMetadata", "there is no listenerPath that it could go to");
    }

    private void CheckRule(string member, SyscallRule rule)
    {
        if (rule.Names.Count == 0)
            throw Wrong(member + ".names", "it is empty");
        CheckAction(member + ".action", rule.Action, member + ".errnoRet", rule.ErrnoRet);
        // The runtime itself sends the descriptor with it.
        if (rule.Action == Notify && rule.Names.Contains("write"))
            throw Wrong(member + ".action", $"{Notify} cannot be used for the write syscall");
        for (int i = 0; i < (rule.Args?.Count ?? 0); i++)
        {
            if (rule.Args![i].Index >= MostArguments)
                throw Wrong($"{member}.args[{i}].index", $"{rule.Args[i].Index} is not from 0 to {MostArguments - 1}");
            RequireOneOf($"{member}.args[{i}].op", rule.Args[i].Op, s_comparisons);
        }
    }

    private void CheckAction(string member, string action, string errnoMember, uint? errno)
    {
        RequireOneOf(member, action, s_actions);
        if (errno is > 0 && action is not ("SCMP_ACT_ERRNO" or "SCMP_ACT_TRACE"))
            throw Wrong(errnoMember, $"{action} has no error number");
    }
}
