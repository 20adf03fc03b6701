using Slipway.Linux;
using Slipway.Linux.Seccomp;
using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Seccomp;

/// <summary>A seccomp profile as a program for the kernel, by libseccomp.</summary>
internal static class FilterCompiler
{
    private const int MaxArguments = 6;

    /// <summary>Writes the program, an array of <c>struct sock_filter</c>, to a file. Calls that the library doesn't know are left out, as the specification says.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: an unknown action, comparison or architecture.</exception>
    public static void Compile(SeccompSpec spec, SafeFd into)
    {
        uint defaultAction = SeccompTokens.Action(spec.DefaultAction, spec.DefaultErrnoRet);
        using SeccompContext context = SeccompContext.Create(defaultAction);
        foreach (string architecture in spec.Architectures ?? [])
            context.AddArchitecture(SeccompTokens.Architecture(architecture));
        context.OptimizeForSpeed();
        foreach (SyscallRule rule in spec.Syscalls ?? [])
            Add(context, rule, defaultAction);
        context.Export(into);
    }

    private static void Add(SeccompContext context, SyscallRule rule, uint defaultAction)
    {
        uint action = SeccompTokens.Action(rule.Action, rule.ErrnoRet);
        // The library refuses rules that say what the default says.
        if (action == defaultAction)
            return;
        scmp_arg_cmp[] arguments = [.. (rule.Args ?? []).Select(ArgumentOf)];
        foreach (string name in rule.Names)
        {
            if (SeccompContext.FindCall(name) is { } call)
                context.TryAddRule(action, call, arguments);
        }
    }

    private static scmp_arg_cmp ArgumentOf(SyscallArgument argument)
    {
        if (argument.Index >= MaxArguments)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"seccomp argument {argument.Index}: a call has arguments 0 to 5");
        return new() { arg = argument.Index, op = SeccompTokens.Comparison(argument.Op), datum_a = argument.Value, datum_b = argument.ValueTwo ?? 0 };
    }
}
