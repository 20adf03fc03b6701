using Slipway.Runtime.Lifecycle;

namespace Slipway.Monitor.Commands;

internal static class CreateCommand
{
    public static readonly Option[] Options =
    [
        new("bundle", "DIRECTORY", "where config.json is; the working directory unless given", 'b'),
        new("console-socket", "PATH", "a unix socket that gets the outer end of the terminal"),
        new("pidfd-socket", "PATH", "a unix socket that gets the process as a descriptor"),
        new("pid-file", "PATH", "a file that gets the process's id"),
        new("preserve-fds", "N", "the process keeps N more descriptors, from 3 on"),
        new("no-pivot", null, "change the root with MS_MOVE and chroot, for a root on a ramdisk"),
        new("no-new-keyring", null, "keep the caller's session keyring"),
    ];

    public static Command Command { get; } = new("create", "ID", "make a container; its process waits to be started", Options, (arguments, session) =>
    {
        session.Creation.Create(RequestOf(arguments, detached: true));
        return 0;
    });

    /// <summary>What <c>create</c> and <c>run</c> have in common.</summary>
    public static CreateRequest RequestOf(Arguments arguments, bool detached) => new()
    {
        Id = arguments.Operands[0],
        Bundle = Path.GetFullPath(arguments.Value("bundle") ?? "."),
        PidFile = arguments.Value("pid-file"),
        ConsoleSocket = arguments.Value("console-socket"),
        PidFdSocket = arguments.Value("pidfd-socket"),
        PreservedFds = (int)(arguments.Number("preserve-fds") ?? 0),
        NoPivot = arguments.Has("no-pivot"),
        NewKeyring = !arguments.Has("no-new-keyring"),
        Detached = detached,
    };
}
