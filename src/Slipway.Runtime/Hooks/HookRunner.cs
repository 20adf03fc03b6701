using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Memory;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Hooks;

/// <summary>
/// Runs the programs of a container's hooks one after another, each with the container's state on its standard input
/// (config.md#posix-platform-hooks).
/// </summary>
internal static class HookRunner
{
    private const int SIGKILL = 9, SIGSYS = 31, MaxShown = 4096, MillisecondsPerSecond = 1000;

    /// <summary>Runs them in this process's namespaces.</summary>
    /// <param name="hooks">The list; null is empty.</param>
    /// <param name="kind">Its name in errors: <c>createRuntime</c>.</param>
    /// <param name="state">What they are told.</param>
    /// <exception cref="SlipwayException">Which one failed, how, and what it said.</exception>
    public static void Run(IReadOnlyList<HookSpec>? hooks, string kind, OciState state) => RunAll(hooks, kind, state, StartHere, static e => throw e);

    /// <summary>Runs them all, whatever becomes of each: nothing depends on them any more.</summary>
    public static void RunAnyway(IReadOnlyList<HookSpec>? hooks, string kind, OciState state, Action<string> warn) =>
        RunAll(hooks, kind, state, StartHere, e => warn(e.Message));

    /// <summary>Runs them in a container's namespaces, as root with all rights there.</summary>
    /// <inheritdoc cref="Run"/>
    public static void RunInside(IReadOnlyList<HookSpec>? hooks, string kind, OciState state, HookPlace place) =>
        RunAll(hooks, kind, state, (hook, input, output) => InsideHook.Start(hook, ArgsOf(hook), place, state, input, output), static e => throw e);

    private static SafeFd StartHere(HookSpec hook, SafeFd input, SafeFd output)
    {
        int pid = Spawn.Start(hook.Path, ArgsOf(hook), hook.Env ?? OwnEnvironment(), [input, output, output], newSession: false);
        return PidFd.TryOpen(pid) ?? throw new LinuxException("pidfd_open", Errno.ESRCH);
    }

    // Where nothing is said, ours, as hooks written for other runtimes expect. Those of createContainer get none, those of startContainer the container's.
    private static List<string> OwnEnvironment()
    {
        var variables = new List<string>();
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            variables.Add($"{variable.Key}={variable.Value}");
        return variables;
    }

    private static void RunAll(
        IReadOnlyList<HookSpec>? hooks, string kind, OciState state, Func<HookSpec, SafeFd, SafeFd, SafeFd> start, Action<SlipwayException> failed)
    {
        if (hooks is not { Count: > 0 })
            return;
        byte[] document = OciStateJson.Write(state);
        for (int i = 0; i < hooks.Count; i++)
        {
            using SafeFd input = MemoryFile.Create("state");
            using SafeFd output = MemoryFile.Create("output");
            input.WriteAt(document, 0);
            string? failure;
            try
            {
                using SafeFd process = start(hooks[i], input, output);
                failure = Wait(process, hooks[i].Timeout);
            }
            catch (Exception e) when (e is LinuxException or SlipwayException)
            {
                failure = e.Message;
            }
            if (failure is not null)
                failed(new SlipwayException(ErrorKind.Internal, $"error running {kind} hook #{i}: error running hook '{Printable.Escape(hooks[i].Path)}': {failure}{Said(output)}"));
        }
    }

    // Null when it ended with 0 in time.
    private static string? Wait(SafeFd process, int? seconds)
    {
        int milliseconds = seconds is { } limit ? (int)Math.Min((long)limit * MillisecondsPerSecond, int.MaxValue) : Timeout.Infinite;
        bool inTime = Poller.Wait([new PollEntry(process.Number, PollEvents.Readable)], milliseconds) > 0;
        if (!inTime)
        {
            PidFd.Signal(process, SIGKILL);
            Poller.Wait([new PollEntry(process.Number, PollEvents.Readable)], Timeout.Infinite);
        }
        ProcessEnd end = PidFd.TryReap(process) ?? default;
        return !inTime ? $"it was killed after its timeout of {seconds} s"
            : end.Signal == SIGSYS ? "it was killed for a bad system call, which the container's filter forbids"
            : end.Signal != 0 ? $"it was killed by signal {end.Signal}"
            : end.Code != 0 ? $"exit status {end.Code}"
            : null;
    }

    private static IReadOnlyList<string> ArgsOf(HookSpec hook) => hook.Args is { Count: > 0 } args ? args : [hook.Path];

    private static string Said(SafeFd output)
    {
        byte[] all = MemoryFile.ReadAll(output);
        string text = Encoding.UTF8.GetString(all.AsSpan(0, Math.Min(all.Length, MaxShown))).Trim();
        return text.Length == 0 ? "" : $", and said: {Printable.Escape(text)}";
    }
}
