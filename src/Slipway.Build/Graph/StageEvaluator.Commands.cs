using System.Text.Json;
using Slipway.Build.Dockerfile;

namespace Slipway.Build.Graph;

// RUN, CMD, ENTRYPOINT, SHELL.
internal sealed partial class StageEvaluator
{
    private static readonly string[] s_defaultShell = ["/bin/sh", "-c"];

    private IReadOnlyList<string> CurrentShell => state.Config.Shell is { Count: > 0 } shell ? shell : s_defaultShell;

    private void Run(RunInstruction run)
    {
        IReadOnlyList<string> args = InFull(run.Command);
        if (args.Count == 0)
            throw Error(run, "RUN needs a command: the array is empty");
        Environment environment = state.RunEnvironment();
        var operation = new RunOperation(args, environment.Lines, state.WorkingDirectory, state.Config.User ?? "", run.Network)
        {
            UnkeyedEnv = [.. options.BuildArgs.Where(pair => PredefinedArguments.IsProxy(pair.Key) && environment.Find(pair.Key) is null).Select(pair => $"{pair.Key}={pair.Value}")],
        };
        Vertex step = Step(run, operation, run.Node.Text);
        Remember($"RUN {ArgumentsSeen()}{string.Join(' ', args)} # slipway", step);
    }

    // `|2 A=1 B=2 `: the arguments that a RUN could see, as the history of images has them.
    private string ArgumentsSeen()
    {
        List<string> seen = [.. state.Arguments.Where(argument => argument.Value is not null && !PredefinedArguments.IsProxy(argument.Name))
            .GroupBy(argument => argument.Name, StringComparer.Ordinal).Select(group => $"{group.Key}={group.Last().Value}")];
        return seen.Count == 0 ? "" : $"|{seen.Count} {string.Join(' ', seen)} ";
    }

    private void Cmd(CmdInstruction cmd)
    {
        IReadOnlyList<string> args = InFull(cmd.Command);
        state.Config = state.Config with { Cmd = args };
        state.HasOwnCommand = true;
        Remember($"CMD {Json(args)}");
    }

    private void Entrypoint(EntrypointInstruction entrypoint)
    {
        IReadOnlyList<string> args = InFull(entrypoint.Command);
        // The base image's CMD was meant for the base image's entry point.
        state.Config = state.Config with { Entrypoint = args, Cmd = state.HasOwnCommand ? state.Config.Cmd : null };
        Remember($"ENTRYPOINT {Json(args)}");
    }

    private void Shell(ShellInstruction shell)
    {
        state.Config = state.Config with { Shell = shell.Words };
        Remember($"SHELL [{string.Join(' ', shell.Words)}]");
    }

    private IReadOnlyList<string> InFull(CommandLine command) => command.IsExec ? command.Words : [.. CurrentShell, .. command.Words];

    private static string Json(IReadOnlyList<string> words) => $"[{string.Join(',', words.Select(word => $"\"{JsonEncodedText.Encode(word, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\""))}]";
}
