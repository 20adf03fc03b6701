using System.Text;
using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Runtime;
using Slipway.Runtime.Lifecycle;

namespace Slipway.Monitor.Commands;

/// <summary>The runtime's command line: runc's, as the engines call it.</summary>
internal static class CommandLine
{
    private const int Success = 0, Failure = 1;

    private static readonly Option[] s_options =
    [
        new("root", "DIRECTORY", $"where containers are kept; {RuntimeRoot.Default} unless given"),
        new("log", "FILE", "where errors are written; standard error unless given"),
        new("log-format", "text|json", "how"),
        new("debug", null, "say more in the log"),
        new("log-level", "LEVEL", "accepted for compatibility; --debug says more"),
        new("systemd-cgroup", null, "not supported: cgroups are made in cgroupfs"),
        new("cgroup-manager", "MANAGER", "cgroupfs, or disabled: containers stay in the caller's cgroup"),
        new("rootless", "auto|true|false", "accepted for compatibility"),
        new("criu", "PATH", "accepted for compatibility"),
        new("help", null, "show this", 'h'),
        new("version", null, "show the version", 'v'),
    ];

    private static readonly Option s_help = new("help", null, "show this", 'h');

    private static Command[] Commands =>
    [
        CreateCommand.Command, StartCommand.Command, RunCommand.Command, StateCommand.Command, KillCommand.Command, DeleteCommand.Command,
        ExecCommand.Command, PsCommand.Command, ListCommand.Command, PauseCommands.Pause, PauseCommands.Resume, UpdateCommand.Command,
        EventsCommand.Command, SpecCommand.Command, PlanCommand.Command, CheckpointCommands.Checkpoint, CheckpointCommands.Restore,
        FeaturesCommand.Command,
    ];

    // By the name that it was called by: an engine may know it under another.
    private static string Self => Path.GetFileName(Environment.GetCommandLineArgs()[0]);

    public static int Run(string[] args, string version)
    {
        var log = new Log(null, json: false, debug: false, TimeProvider.System);
        Command? command = null;
        try
        {
            Arguments global = Arguments.Parse(args, s_options, endsAtOperand: true);
            if (global.Has("version"))
                return SayVersion(version);
            if (global.Operands.Count == 0 || global.Has("help") || global.Operands[0] == "help")
                return Help();
            if (global.Value("log-format") is { } format && format is not ("text" or "json"))
                throw Arguments.Wrong("log-format", format, "text or json");
            log = new Log(global.Value("log"), global.Value("log-format") == "json", global.Has("debug"), TimeProvider.System);
            CheckCgroupManager(global);
            command = Array.Find(Commands, candidate => candidate.Name == global.Operands[0])
                ?? throw new SlipwayException(ErrorKind.InvalidArgument, $"No help topic for '{Printable.Escape(global.Operands[0])}': there is no such command")
                {
                    Hint = $"{Self} --help lists them",
                };
            if (command.EntersContainer)
                OwnExecutable.Protect();
            log.Debug($"{Self} {version}: {string.Join(' ', args.Select(Printable.Escape))}");
            var root = new RuntimeRoot(Path.GetFullPath(global.Value("root") ?? RuntimeRoot.Default));
            return Run(command, [.. global.Operands.Skip(1)], new Session(root, log, global.Value("cgroup-manager") == "disabled"));
        }
        catch (Exception e) when (e is SlipwayException or IOException or UnauthorizedAccessException)
        {
            log.Error(e is SlipwayException { Hint: { } hint } ? $"{e.Message}; {hint}" : ErrorText.Of(e));
            return command?.Failure ?? Failure;
        }
    }

    private static void CheckCgroupManager(Arguments global)
    {
        string manager = global.Value("cgroup-manager") ?? "cgroupfs";
        if (global.Has("systemd-cgroup") || manager is not ("cgroupfs" or "disabled"))
            throw new SlipwayException(ErrorKind.NotSupported, $"{(manager is "cgroupfs" or "disabled" ? "--systemd-cgroup" : $"--cgroup-manager '{Printable.Escape(manager)}'")}: cgroups are made in cgroupfs only");
    }

    private static int Run(Command command, string[] words, Session session)
    {
        Arguments arguments = Arguments.Parse(words, [.. command.Options, s_help], command.EndsAtOperand);
        if (arguments.Has("help"))
            return Help(command);
        int count = arguments.Operands.Count;
        if (count < command.Count.Least || count > command.Count.Most)
        {
            throw new SlipwayException(ErrorKind.InvalidArgument, $"{command.Name}: {(count < command.Count.Least ? "an operand is missing" : "too many operands")}")
            {
                Hint = $"usage: {Self} {command.Name} [OPTION...] {command.Operands}",
            };
        }
        int code = command.Run(arguments, session);
        session.Log.Debug($"{command.Name}: exit code {code}");
        return code;
    }

    private static int SayVersion(string version)
    {
        Output.Write(1, $"{Self} version {version}\ncommit: {version}\nspec: {RuntimeVersion.Specification}\n");
        return Success;
    }

    private static int Help()
    {
        var text = new StringBuilder($"NAME:\n   {Self} - Open Container Initiative runtime\n\nUSAGE:\n   {Self} [OPTION...] COMMAND [OPTION...] [OPERAND...]\n\nCOMMANDS:\n");
        foreach (Command command in Commands)
            text.Append($"   {command.Name,-10} {command.Help}\n");
        Append(text.Append("\nOPTIONS:\n"), s_options);
        Output.Write(1, text.Append($"\n{Self} COMMAND --help shows a command's own options.\n").ToString());
        return Success;
    }

    private static int Help(Command command)
    {
        var text = new StringBuilder($"NAME:\n   {Self} {command.Name} - {command.Help}\n\nUSAGE:\n   {Self} {command.Name} [OPTION...] {command.Operands}\n");
        if (command.Options.Length > 0)
            Append(text.Append("\nOPTIONS:\n"), command.Options);
        Output.Write(1, text.ToString());
        return Success;
    }

    private static void Append(StringBuilder text, Option[] options)
    {
        foreach (Option option in options)
        {
            string names = $"{(option.Short is { } letter ? $"-{letter}, " : "    ")}--{option.Name} {option.Value}";
            text.Append($"   {names,-32} {option.Help}\n");
        }
    }
}
