using System.Text.Json;
using Slipway.Build.Dockerfile;
using Slipway.Build.Lint;

namespace Slipway.Build.Graph;

// CMD, ENTRYPOINT, SHELL, HEALTHCHECK, ONBUILD: what names commands, for later.
internal sealed partial class StageEvaluator
{
    private static readonly string[] s_defaultShell = ["/bin/sh", "-c"];

    private IReadOnlyList<string> CurrentShell => state.Config.Shell is { Count: > 0 } shell ? shell : s_defaultShell;

    private void Cmd(CmdInstruction cmd)
    {
        SaidOnce(cmd);
        IReadOnlyList<string> args = ForSignals(cmd, cmd.Command);
        state.Config = state.Config with { Cmd = args, ArgsEscaped = true };
        Remember(cmd, $"CMD {Json(args)}");
    }

    private void Entrypoint(EntrypointInstruction entrypoint)
    {
        SaidOnce(entrypoint);
        IReadOnlyList<string>? args = ForSignals(entrypoint, entrypoint.Command);
        // The base image's CMD was meant for the base image's entry point. An empty array takes the entry point away.
        state.Config = state.Config with { Entrypoint = args.Count == 0 ? null : args, Cmd = state.Said.ContainsKey("CMD") ? state.Config.Cmd : null };
        Remember(entrypoint, $"ENTRYPOINT {Json(args)}");
    }

    private void Shell(ShellInstruction shell)
    {
        state.Config = state.Config with { Shell = shell.Words };
        Remember(shell, $"SHELL [{string.Join(' ', shell.Words)}]");
    }

    private void Healthcheck(HealthcheckInstruction instruction)
    {
        SaidOnce(instruction);
        state.Config = state.Config with { Healthcheck = instruction.Check };
        Remember(instruction, $"HEALTHCHECK {string.Join(' ', instruction.Check.Test)}");
    }

    private void Onbuild(OnbuildInstruction onbuild) => state.Triggers.Add(onbuild.Trigger);

    private IReadOnlyList<string> ForSignals(Instruction instruction, CommandLine command)
    {
        if (!command.IsExec && state.Config.Shell is not { Count: > 0 })
            Linter.Report(InstructionRules.JSONArgsRecommended, instruction.Node, instruction.Node.Keyword);
        return InFull(command);
    }

    private IReadOnlyList<string> InFull(CommandLine command) => command.IsExec ? command.Words : [.. CurrentShell, .. command.Words];

    private static string Json(IReadOnlyList<string> words) => $"[{string.Join(',', words.Select(word => $"\"{JsonEncodedText.Encode(word, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\""))}]";
}
