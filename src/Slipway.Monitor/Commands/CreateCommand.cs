using Slipway.Runtime.Lifecycle;

namespace Slipway.Monitor.Commands;

internal static class CreateCommand
{
    public static readonly Option PreserveFds = new("preserve-fds", "N", "the process keeps N more descriptors, from 3 on");

    public static readonly Option NoPivot = new("no-pivot", null, "change the root with MS_MOVE and chroot, for a root on a ramdisk");

    public static readonly Option NoNewKeyring = new("no-new-keyring", null, "keep the caller's session keyring");

    public static readonly Option Timing = new("timing", null, "print what each step of the start cost to standard error");

    public static readonly Option[] Options =
    [
        new("bundle", "DIRECTORY", "where config.json is; the working directory unless given", 'b'),
        new("config", "FILE", "the configuration, from the bundle on; config.json unless given", 'f'),
        new("console-socket", "PATH", "a unix socket that gets the outer end of the terminal"),
        new("pidfd-socket", "PATH", "a unix socket that gets the process as a descriptor"),
        new("pid-file", "PATH", "a file that gets the process's id"),
        PreserveFds,
        NoPivot,
        NoNewKeyring,
        Timing,
    ];

    public static Command Command { get; } = new("create", "ID", "make a container; its process waits to be started", Options, (arguments, session) =>
    {
        session.Creation.Create(RequestOf(arguments, session) with { Id = arguments.Operands[0], Detached = true });
        return 0;
    });

    /// <summary>What <c>create</c>, <c>run</c> and <c>plan</c> have in common.</summary>
    public static CreateRequest RequestOf(Arguments arguments, Session session) => new()
    {
        Id = "",
        Bundle = Path.GetFullPath(arguments.Value("bundle") ?? "."),
        Config = arguments.Value("config") ?? "config.json",
        WithoutCgroup = session.WithoutCgroups,
        PidFile = arguments.Value("pid-file"),
        ConsoleSocket = arguments.Value("console-socket"),
        PidFdSocket = arguments.Value("pidfd-socket"),
        PreservedFds = (int)(arguments.Number("preserve-fds") ?? 0),
        NoPivot = arguments.Has("no-pivot"),
        NewKeyring = !arguments.Has("no-new-keyring"),
        Watch = session.WatchOf(arguments),
    };
}
