using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;

namespace Slipway.Engine.Containers;

/// <summary>Lets a <c>slip</c> of its own start a container again.</summary>
internal static class ContainerReviver
{
    /// <summary>The command that does it, for a monitor too; null where this program isn't slip.</summary>
    public static IReadOnlyList<string>? Command(EngineOptions options, string id) =>
        options.CliPath is { } program ? [program, "--data-root", options.DataRoot, "--run-root", options.RunRoot, "container", "revive", id] : null;

    /// <summary>Runs it; nobody waits for it.</summary>
    public static void Start(EngineOptions options, string id)
    {
        if (Command(options, id) is not { } command)
            return;
        using SafeFd nothing = FdIo.OpenNull();
        Spawn.Start(command[0], command, [$"PATH={Environment.GetEnvironmentVariable("PATH")}"], [nothing, nothing, nothing], newSession: true);
    }
}
