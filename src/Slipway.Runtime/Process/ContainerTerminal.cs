using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Linux.Terminals;
using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Process;

/// <summary>A terminal of a running container's own devpts, so that its name means something in there.</summary>
internal static class ContainerTerminal
{
    /// <summary>Opens a pair through the container's root, after checking that what is at /dev/pts is a devpts (invariant I3).</summary>
    public static (SafeFd Master, SafeFd Slave) Open(int pid, ProcessSpec process, bool keepsNewlines)
    {
        using SafeFd root = SmallFile.OpenDirectory($"/proc/{pid}/root");
        using SafeFd devpts = DevptsOf(root);
        (SafeFd master, SafeFd slave) = PtyPair.Open(devpts);
        if (process.ConsoleSize is { } size)
            Terminal.SetSize(master, size.Height, size.Width);
        if (keepsNewlines)
            Terminal.SetModes(slave, Terminal.KeepNewlines(Terminal.GetModes(slave)));
        return (master, slave);
    }

    private static SafeFd DevptsOf(SafeFd root)
    {
        SafeFd found = PtyPair.OpenDevpts(root, "dev/pts", out bool isDevpts);
        if (isDevpts)
            return found;
        found.Dispose();
        throw new SlipwayException(ErrorKind.Internal, "open a terminal: what the container has on /dev/pts is not a devpts");
    }
}
