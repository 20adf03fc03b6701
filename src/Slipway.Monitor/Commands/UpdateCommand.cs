using System.Globalization;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Lifecycle;

namespace Slipway.Monitor.Commands;

internal static class UpdateCommand
{
    private const int MaxResources = 8 * 1024 * 1024;

    public static Command Command { get; } = new("update", "ID", "change the limits of a container that runs",
    [
        new("resources", "FILE", "the limits as JSON, - is standard input; all other options are then ignored", 'r'),
        new("blkio-weight", "WEIGHT", "share of the disks, 10 to 1000"),
        new("cpu-period", "MICROSECONDS", "period of the processor quota"),
        new("cpu-quota", "MICROSECONDS", "processor time in a period; -1 is without limit"),
        new("cpu-burst", "MICROSECONDS", "unused quota that may be used later"),
        new("cpu-share", "SHARES", "share of the processors, 2 to 262144"),
        new("cpu-rt-period", "MICROSECONDS", "period of the realtime quota"),
        new("cpu-rt-runtime", "MICROSECONDS", "realtime processor time in a period"),
        new("cpuset-cpus", "LIST", "processors to run on: 0-2,4"),
        new("cpuset-mems", "LIST", "memory nodes to use: 0,1"),
        new("cpu-idle", "0|1", "1: run only when nothing else wants to"),
        new("memory", "SIZE", "limit of memory, in bytes or with k, m, g; -1 is without limit"),
        new("memory-reservation", "SIZE", "what memory is pressed down to first when it is short"),
        new("memory-swap", "SIZE", "limit of memory and swap together"),
        new("pids-limit", "COUNT", "limit of processes and threads; -1 is without limit"),
        new("kernel-memory", "SIZE", "ignored: kernels of today have no such limit"),
        new("kernel-memory-tcp", "SIZE", "ignored likewise"),
        new("l3-cache-schema", "SCHEMA", "not supported"),
        new("mem-bw-schema", "SCHEMA", "not supported"),
    ], Run);

    private static int Run(Arguments arguments, Session session)
    {
        foreach (string name in (string[])["l3-cache-schema", "mem-bw-schema"])
        {
            if (arguments.Value(name) is { Length: > 0 })
                throw new SlipwayException(ErrorKind.NotSupported, $"--{name}: Intel RDT is not supported");
        }
        ResourcesSpec changes = arguments.Value("resources") is { Length: > 0 } path ? Read(path) : FromOptions(arguments);
        ContainerUpdate.Apply(session.Root, arguments.Operands[0], changes, session.Log.Warn);
        return 0;
    }

    private static ResourcesSpec FromOptions(Arguments arguments) => new()
    {
        BlockIO = Unsigned(arguments, "blkio-weight", ushort.MaxValue) is { } weight ? new BlockIOSpec { Weight = (ushort)weight } : null,
        Cpu = new CpuSpec
        {
            Period = Unsigned(arguments, "cpu-period"),
            Quota = Signed(arguments, "cpu-quota"),
            Burst = Unsigned(arguments, "cpu-burst"),
            Shares = Unsigned(arguments, "cpu-share"),
            RealtimePeriod = Unsigned(arguments, "cpu-rt-period"),
            RealtimeRuntime = Signed(arguments, "cpu-rt-runtime"),
            Cpus = arguments.Value("cpuset-cpus"),
            Mems = arguments.Value("cpuset-mems"),
            Idle = Signed(arguments, "cpu-idle"),
        },
        Memory = new MemorySpec
        {
            Limit = Size(arguments, "memory"),
            Reservation = Size(arguments, "memory-reservation"),
            Swap = Size(arguments, "memory-swap"),
            Kernel = Size(arguments, "kernel-memory"),
            KernelTcp = Size(arguments, "kernel-memory-tcp"),
        },
        Pids = Signed(arguments, "pids-limit") is { } limit ? new PidsSpec { Limit = limit } : null,
    };

    // An empty value is none: callers pass on what they were not given.
    private static string? Given(Arguments arguments, string name) => arguments.Value(name) is { Length: > 0 } value ? value : null;

    private static long? Signed(Arguments arguments, string name) => Given(arguments, name) is null ? null : arguments.Number(name);

    private static ulong? Unsigned(Arguments arguments, string name, ulong most = ulong.MaxValue)
    {
        if (Given(arguments, name) is not { } text)
            return null;
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) && number <= most
            ? number
            : throw Arguments.Wrong(name, text, $"a number from 0 to {most}");
    }

    private static long? Size(Arguments arguments, string name)
    {
        if (Given(arguments, name) is not { } text)
            return null;
        try
        {
            return text == "-1" ? -1 : SizeText.Parse(text);
        }
        catch (SlipwayException)
        {
            throw Arguments.Wrong(name, text, "bytes, a size like 512m, or -1");
        }
    }

    private static ResourcesSpec Read(string path)
    {
        if (path == "-")
            return ResourcesSpecJson.Read(ReadInput(), "'standard input'");
        if (new FileInfo(path).Length > MaxResources)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"read '{Printable.Escape(path)}': larger than {MaxResources} bytes");
        return ResourcesSpecJson.Read(File.ReadAllBytes(path), $"'{path}'");
    }

    private static byte[] ReadInput()
    {
        using SafeFd input = FdIo.Duplicate(0);
        using var all = new MemoryStream();
        var chunk = new byte[4096];
        while (ReadSome(input, chunk) is > 0 and var count)
        {
            all.Write(chunk, 0, count);
            if (all.Length > MaxResources)
                throw new SlipwayException(ErrorKind.InvalidArgument, $"read standard input: larger than {MaxResources} bytes");
        }
        return all.ToArray();
    }

    // A caller's pipe may be non-blocking.
    private static int ReadSome(SafeFd input, byte[] into)
    {
        int count;
        while ((count = FdIo.Read(input, into)) == FdIo.WouldBlock)
            Poller.Wait([new PollEntry(input.Number, PollEvents.Readable)], Timeout.Infinite);
        return count;
    }
}
