using System.Text;
using Slipway.Linux;
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
        new("debug", null, "accepted for compatibility"),
        new("systemd-cgroup", null, "not supported: cgroups are made in cgroupfs"),
        new("rootless", "auto|true|false", "accepted for compatibility"),
        new("criu", "PATH", "accepted for compatibility"),
        new("help", null, "show this", 'h'),
        new("version", null, "show the version", 'v'),
    ];

    private static readonly Option s_help = new("help", null, "show this", 'h');

    private static Command[] Commands =>
    [
        CreateCommand.Command, StartCommand.Command, RunCommand.Command, StateCommand.Command, KillCommand.Command, DeleteCommand.Command,
        ExecCommand.Command, PsCommand.Command, ListCommand.Command, PauseCommands.Pause, PauseCommands.Resume, SpecCommand.Command,
        FeaturesCommand.Command,
    ];

    public static int SayVersion(string version)
    {
        Output.Write(1, $"slip-runtime version {version}\nspec: {RuntimeVersion.Specification}\n");
        return Success;
    }

    public static int Run(string[] args)
    {
        var log = new Log(null, json: false, TimeProvider.System);
        try
        {
            Arguments global = Arguments.Parse(args, s_options, endsAtOperand: true);
            if (global.Operands.Count == 0 || global.Has("help") || global.Operands[0] == "help")
                return Help();
            log = new Log(global.Value("log"), global.Value("log-format") == "json", TimeProvider.System);
            if (global.Has("systemd-cgroup"))
                throw new SlipwayException(ErrorKind.NotSupported, "--systemd-cgroup: cgroups are made in cgroupfs only");
            Command command = Array.Find(Commands, candidate => candidate.Name == global.Operands[0])
                ?? throw new SlipwayException(ErrorKind.InvalidArgument, $"unknown command '{Printable.Escape(global.Operands[0])}'") { Hint = "slip-runtime --help lists the commands" };
            var root = new RuntimeRoot(Path.GetFullPath(global.Value("root") ?? RuntimeRoot.Default));
            return Run(command, [.. global.Operands.Skip(1)], new Session(root, log));
        }
        catch (Exception e) when (e is SlipwayException or IOException or UnauthorizedAccessException)
        {
            log.Error(e is SlipwayException { Hint: { } hint } ? $"{e.Message}; {hint}" : e.Message);
            return Failure;
        }
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
                Hint = $"usage: slip-runtime {command.Name} [OPTION...] {command.Operands}",
            };
        }
        return command.Run(arguments, session);
    }

    private static int Help()
    {
        var text = new StringBuilder("usage: slip-runtime [OPTION...] COMMAND [OPTION...] [OPERAND...]\n\ncommands:\n");
        foreach (Command command in Commands)
            text.Append($"  {command.Name,-10} {command.Help}\n");
        text.Append("\noptions:\n");
        Append(text, s_options);
        text.Append("\nslip-runtime COMMAND --help shows a command's own options.\n");
        Output.Write(1, text.ToString());
        return Success;
    }

    private static int Help(Command command)
    {
        var text = new StringBuilder($"usage: slip-runtime {command.Name} [OPTION...] {command.Operands}\n\n{command.Help}\n");
        if (command.Options.Length > 0)
            Append(text.Append("\noptions:\n"), command.Options);
        Output.Write(1, text.ToString());
        return Success;
    }

    private static void Append(StringBuilder text, Option[] options)
    {
        foreach (Option option in options)
        {
            string names = $"{(option.Short is { } letter ? $"-{letter}, " : "    ")}--{option.Name} {option.Value}";
            text.Append($"  {names,-32} {option.Help}\n");
        }
    }
}
