using System.CommandLine;
using Slipway.Engine.Containers.Requests;
using Slipway.Oci;

namespace Slipway.Cli.Commands.Flags;

/// <summary>The flags of <c>run</c> and <c>create</c> about what a container shares, and by what it is run.</summary>
internal sealed class NamespaceFlags
{
    // Windows' own, and what docker says of them on Linux.
    private static readonly string[] s_foreign = ["--cpu-count", "--cpu-percent", "--io-maxbandwidth", "--io-maxiops"];

    private readonly Option<string?> _pid = new("--pid") { Description = "Whose processes it sees: host, container:NAME" };
    private readonly Option<string?> _ipc = new("--ipc") { Description = "Whose shared memory it has: private, shareable, none, host, container:NAME" };
    private readonly Option<string?> _uts = new("--uts") { Description = "host for the host's name" };
    private readonly Option<string?> _userns = new("--userns") { Description = "auto for ids of its own, which are nobody's on the host: auto:size=N; host for the host's" };
    private readonly Option<string[]> _uidMaps = new("--uidmap") { Description = "Ids of its own, written out: CONTAINER:HOST:COUNT", HelpName = "list" };
    private readonly Option<string[]> _gidMaps = new("--gidmap") { Description = "The same of groups", HelpName = "list" };
    private readonly Option<string?> _cgroupns = new("--cgroupns") { Description = "host to see the host's control groups, private for its own" };
    private readonly Option<string?> _runtime = new("--runtime") { Description = "slip-runtime, which is the only one" };
    private readonly Option<string?> _isolation = new("--isolation") { Description = "default" };
    // Of docker's past: scripts still have them, and they change nothing there either.
    private readonly Option<bool> _contentTrust = new("--disable-content-trust") { Hidden = true };
    private readonly Option<string?> _kernelMemory = new("--kernel-memory") { Hidden = true };
    private readonly Option<string?>[] _foreign = [.. s_foreign.Select(f => new Option<string?>(f) { Hidden = true })];

    public NamespaceFlags(Command command) => command.AddAll([_pid, _ipc, _uts, _userns, _uidMaps, _gidMaps, _cgroupns, _runtime, _isolation, _contentTrust, _kernelMemory, .. _foreign]);

    /// <summary>Adds them to the rights.</summary>
    public SecurityRequest Add(ParseResult line, SecurityRequest request)
    {
        if (line.GetValue(_runtime) is not (null or "" or "slip-runtime") and var runtime)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"unknown or invalid runtime name: {runtime}") { Hint = "containers run by slip-runtime: leave --runtime out" };
        if (line.GetValue(_isolation) is not (null or "" or "default") and var isolation)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid isolation '{isolation}': linux only supports 'default'");
        if (Array.Find(_foreign, option => line.GetValue(option) is not null) is { } foreign)
            throw new SlipwayException(ErrorKind.NotSupported, $"\"{foreign.Name}\" is only supported on windows");
        if (line.GetValue(_kernelMemory) is not null)
            Console.Error.WriteLine("WARNING: Kernel memory limits are gone from Linux: --kernel-memory is discarded. --memory counts the kernel's memory too.");
        return request with
        {
            PidMode = Mode(line, _pid),
            IpcMode = Mode(line, _ipc),
            UtsMode = Mode(line, _uts),
            UsernsMode = Mode(line, _userns),
            UidMaps = line.ValuesOf(_uidMaps),
            GidMaps = line.ValuesOf(_gidMaps),
            CgroupnsMode = Mode(line, _cgroupns),
        };
    }

    private static string? Mode(ParseResult line, Option<string?> option) => line.GetValue(option) is { Length: > 0 } mode ? mode : null;
}
