using Slipway.Linux;
using Slipway.Linux.Memory;
using Slipway.Linux.Seccomp;
using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Seccomp;

/// <summary>A seccomp profile as a program for the kernel, by libseccomp.</summary>
/// <remarks>
/// 32-bit x86 has two ways to a socket: socket(2), and socketcall(2) with the arguments behind a pointer, which no filter can look at. The
/// library knows that and turns a rule on socket into one on socketcall as well, without its arguments: "socket, unless it is AF_ALG" would
/// become "socketcall" for anything (CVE-2026-31431). So where a profile looks at socket's arguments, 32-bit x86 is compiled apart, and
/// socketcall answers ENOSYS there: programs use socket(2) instead, which that machine has since Linux 4.3.
/// </remarks>
internal static class FilterCompiler
{
    private const int MaxArguments = 6;

    /// <summary>Of what comes out for the same profile: a filter that another one compiled is compiled anew.</summary>
    public const int Version = 2;

    private const string I386 = "SCMP_ARCH_X86";

    /// <summary>The program: an array of <c>struct sock_filter</c>. Calls that the library doesn't know are left out, as the specification says.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: an unknown action, comparison or architecture, or two rules that contradict each other.</exception>
    public static byte[] Compile(SeccompSpec spec)
    {
        bool apart = (spec.Architectures ?? []).Contains(I386) && (spec.Syscalls ?? []).Any(rule => rule.Args is { Count: > 0 } && rule.Names.Contains("socket"));
        uint defaultAction = SeccompTokens.Action(spec.DefaultAction, spec.DefaultErrnoRet);
        using SeccompContext context = SeccompContext.Create(defaultAction);
        foreach (string architecture in spec.Architectures ?? [])
        {
            if (!apart || architecture != I386)
                AddArchitecture(context, architecture);
        }
        AddRules(context, spec, defaultAction, conflictsAreErrors: true);
        if (apart)
        {
            SeccompContext other = SeccompContext.Create(defaultAction);
            other.ReplaceArchitecture(SeccompTokens.Architecture(I386));
            AddRules(other, spec, defaultAction, conflictsAreErrors: false);
            context.Merge(other);
        }
        context.OptimizeForSpeed();
        byte[] program = Export(context);
        return [.. apart ? FilterGuard.Socketcall() : [], .. FilterGuard.NewerCalls(spec), .. program];
    }

    private static void AddArchitecture(SeccompContext context, string name)
    {
        try
        {
            context.AddArchitecture(SeccompTokens.Architecture(name));
        }
        catch (LinuxException error) when (error.Errno is Errno.EINVAL or Errno.EDOM)
        {
            string why = error.Errno == Errno.EDOM ? "it has the other byte order" : $"libseccomp {SeccompContext.LibraryVersion} does not know it";
            throw new SlipwayException(ErrorKind.NotSupported, $"seccomp architecture {name}: {why}", error);
        }
    }

    private static void AddRules(SeccompContext context, SeccompSpec spec, uint defaultAction, bool conflictsAreErrors)
    {
        foreach (SyscallRule rule in spec.Syscalls ?? [])
        {
            uint action = SeccompTokens.Action(rule.Action, rule.ErrnoRet);
            // The library refuses rules that say what the default says.
            if (action == defaultAction)
                continue;
            foreach (scmp_arg_cmp[] arguments in AlternativesOf(rule))
            {
                foreach (string name in rule.Names)
                {
                    if (SeccompContext.FindCall(name) is { } call && !context.TryAddRule(action, call, arguments) && conflictsAreErrors)
                        throw new SlipwayException(ErrorKind.InvalidArgument, $"seccomp rule {rule.Action} for '{Printable.Escape(name)}' contradicts an earlier one");
                }
            }
        }
    }

    // All comparisons must hold, unless two are of one argument: then any does. Old profiles are written so, and the library takes no such rule.
    private static IEnumerable<scmp_arg_cmp[]> AlternativesOf(SyscallRule rule)
    {
        scmp_arg_cmp[] arguments = [.. (rule.Args ?? []).Select(ArgumentOf)];
        bool any = arguments.DistinctBy(argument => argument.arg).Count() < arguments.Length;
        return any ? arguments.Select(argument => new[] { argument }) : [arguments];
    }

    private static byte[] Export(SeccompContext context)
    {
        using SafeFd file = MemoryFile.Create("seccomp");
        context.Export(file);
        return MemoryFile.ReadAll(file);
    }

    private static scmp_arg_cmp ArgumentOf(SyscallArgument argument)
    {
        if (argument.Index >= MaxArguments)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"seccomp argument {argument.Index}: a call has arguments 0 to 5");
        return new() { arg = argument.Index, op = SeccompTokens.Comparison(argument.Op), datum_a = argument.Value, datum_b = argument.ValueTwo ?? 0 };
    }
}
