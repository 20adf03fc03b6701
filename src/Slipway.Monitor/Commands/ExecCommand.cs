using System.Globalization;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Lifecycle;
using Slipway.Runtime.Process;

namespace Slipway.Monitor.Commands;

internal static class ExecCommand
{
    // No program's own code, as runc has it.
    private const int NothingExecuted = 255;

    private const int MaxProcess = 8 * 1024 * 1024;

    public static Command Command { get; } = new("exec", "ID COMMAND [ARG...]", "execute a further process in a container",
    [
        new("process", "FILE", "the process as JSON, instead of all that follows", 'p'),
        new("cwd", "DIRECTORY", "its working directory"),
        new("env", "NAME=VALUE", "a variable of its environment; may be repeated", 'e'),
        new("user", "UID[:GID]", "who it runs as", 'u'),
        new("additional-gids", "GID", "a further group; may be repeated", 'g'),
        new("tty", null, "give it a terminal", 't'),
        new("cap", "CAPABILITY", "a capability more; may be repeated", 'c'),
        new("no-new-privs", null, "it can't gain privileges"),
        new("apparmor", "PROFILE", "its AppArmor profile"),
        new("process-label", "LABEL", "its SELinux label"),
        new("detach", null, "don't wait", 'd'),
        new("console-socket", "PATH", "a unix socket that gets the outer end of the terminal"),
        new("pidfd-socket", "PATH", "a unix socket that gets the process as a descriptor"),
        new("pid-file", "PATH", "a file that gets the process's id"),
        new("preserve-fds", "N", "the process keeps N more descriptors, from 3 on"),
        new("cgroup", "[CONTROLLERS:]PATH", "a cgroup below the container's to be in; may be repeated"),
        new("ignore-paused", null, "also in a container that is paused"),
        CreateCommand.Timing,
    ], Run) { Count = (1, int.MaxValue), EndsAtOperand = true, EntersContainer = true, Failure = NothingExecuted };

    private static int Run(Arguments arguments, Session session)
    {
        bool detached = arguments.Has("detach");
        if (arguments.Operands.Count < 2 && arguments.Value("process") is null)
            throw new SlipwayException(ErrorKind.InvalidArgument, "process args cannot be empty");
        using StartedProcess started = ContainerExec.Start(session.Root, arguments.Operands[0], initial => new ExecRequest
        {
            Process = ProcessOf(arguments, initial),
            Detached = detached,
            ConsoleSocket = arguments.Value("console-socket"),
            PidFdSocket = arguments.Value("pidfd-socket"),
            PidFile = arguments.Value("pid-file"),
            PreservedFds = (int)(arguments.Number("preserve-fds") ?? 0),
            SubCgroups = arguments.Values("cgroup"),
            EvenPaused = arguments.Has("ignore-paused"),
            Watch = session.WatchOf(arguments),
        }, session.Log.Warn);
        return detached ? 0 : Foreground.Wait(started);
    }

    // The container's own process, changed by the options; or a file's.
    private static ProcessSpec ProcessOf(Arguments arguments, ProcessSpec initial)
    {
        if (arguments.Value("process") is { } path)
            return Read(path);
        return initial with
        {
            Args = [.. arguments.Operands.Skip(1)],
            Terminal = arguments.Has("tty"),
            ConsoleSize = null,
            Cwd = arguments.Value("cwd") ?? initial.Cwd,
            Env = Merged(initial.Env ?? [], arguments.Values("env")),
            User = UserOf(arguments, initial.User),
            Capabilities = WithCapabilities(initial.Capabilities, arguments.Values("cap")),
            NoNewPrivileges = arguments.Has("no-new-privs") || initial.NoNewPrivileges == true,
            ApparmorProfile = arguments.Value("apparmor") ?? initial.ApparmorProfile,
            SelinuxLabel = arguments.Value("process-label") ?? initial.SelinuxLabel,
        };
    }

    // Each name once, the last value: getenv(3) finds the first.
    private static string[] Merged(IReadOnlyList<string> initial, IReadOnlyList<string> further) =>
    [
        .. initial.Where(variable => !further.Any(other => NameOf(other) == NameOf(variable))),
        .. further.Where((variable, at) => !further.Skip(at + 1).Any(other => NameOf(other) == NameOf(variable))),
    ];

    private static string NameOf(string variable) => variable.Split('=', 2)[0];

    private static ProcessSpec Read(string path)
    {
        if (new FileInfo(path).Length > MaxProcess)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"read '{path}': larger than {MaxProcess} bytes");
        return ProcessSpecJson.Read(File.ReadAllBytes(path), $"'{path}'");
    }

    private static UserSpec UserOf(Arguments arguments, UserSpec initial)
    {
        UserSpec user = initial;
        if (arguments.Value("user") is { } text)
        {
            string[] ids = text.Split(':');
            if (ids.Length > 2)
                throw Arguments.Wrong("user", text, "UID or UID:GID");
            user = new UserSpec { Uid = Id("user", ids[0]), Gid = ids.Length > 1 ? Id("user", ids[1]) : initial.Gid, Umask = initial.Umask, AdditionalGids = initial.AdditionalGids };
        }
        IReadOnlyList<string> further = arguments.Values("additional-gids");
        return further.Count == 0 ? user : user with { AdditionalGids = [.. user.AdditionalGids ?? [], .. further.Select(gid => Id("additional-gids", gid))] };
    }

    // Digits only: a sign or a space is not a number's (invariant I12).
    private static uint Id(string option, string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint id) && id != uint.MaxValue
            ? id
            : throw Arguments.Wrong(option, text, "a number from 0 to 4294967294");

    // Not inheritable: a capability that was asked for is the process's, not its children's (invariant I11), unless the container's own
    // configuration lets it be inherited.
    private static CapabilitiesSpec? WithCapabilities(CapabilitiesSpec? sets, IReadOnlyList<string> further) => further.Count == 0 ? sets : new CapabilitiesSpec
    {
        Bounding = [.. (sets?.Bounding ?? []).Union(further)],
        Effective = [.. (sets?.Effective ?? []).Union(further)],
        Permitted = [.. (sets?.Permitted ?? []).Union(further)],
        Inheritable = sets?.Inheritable,
        Ambient = [.. (sets?.Ambient ?? []).Union(further.Intersect(sets?.Inheritable ?? []))],
    };
}
