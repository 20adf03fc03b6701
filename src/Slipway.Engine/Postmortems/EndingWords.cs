using Slipway.Engine.Containers;
using Slipway.Engine.Inspecting;
using Slipway.Linux.Processes;
using Slipway.Runtime.State;

namespace Slipway.Engine.Postmortems;

/// <summary>Says why a container's run ended, from its record, from what its monitor saw, and from the signals that were sent to it.</summary>
/// <param name="container">The container.</param>
/// <param name="ending">What its monitor saw.</param>
/// <param name="sent">The signals that slip sent it in that run, the first one first.</param>
internal sealed class EndingWords(ContainerRecord container, ExitRecord? ending, IReadOnlyList<int> sent)
{
    private const int SigKill = 9, FromSignal = 128, LastSignal = 64;

    public ExitCause Cause()
    {
        if (container.IsRunning)
            return new(ending is null ? "runs" : $"runs again; before, it {Ended(ending).What}", null, IsFailure: false);
        if (ending is not null)
            return Ended(ending);
        if (container.Error is { } error)
            return new($"could not be started: {error}", Start(), IsFailure: true);
        return container.StartedAt is null ? new("was never started", $"slip start {container.Name}", IsFailure: false) : Code(container.ExitCode);
    }

    private ExitCause Ended(ExitRecord end) => end switch
    {
        { OomKilled: true } => OutOfMemory(end),
        { Unhealthy: true } => new("was stopped because its health check failed", $"slip inspect -f '{{{{json .State.Health}}}}' {container.Name} shows what the checks printed", IsFailure: true),
        { Error: { } error, Signal: 0 } when end.ExitCode == FromSignal + SigKill => new($"ended unseen: {error}", null, IsFailure: true),
        { Signal: > 0 } => Signal(end.Signal),
        _ when sent.Count > 0 => Stopped(end.ExitCode),
        _ => Code(end.ExitCode),
    };

    private ExitCause OutOfMemory(ExitRecord end)
    {
        string limit = container.Request.Resources.MemoryBytes is { } bytes ? $"more memory than its limit of {Humanize.BinarySize((ulong)bytes)}" : "memory that the host no longer had";
        string what = end.Signal == SigKill
            ? $"was killed by the kernel: it wanted {limit}"
            : $"lost a process to the kernel, which wanted {limit}, and then {Code(end.ExitCode).What}";
        return new(what, container.Request.Resources.MemoryBytes is { } old ? $"give it more: slip update -m {(old * 2) >> 20}m --memory-swap -1 {container.Name}" : null, IsFailure: true);
    }

    private ExitCause Signal(int signal)
    {
        string name = SignalNames.Of(signal);
        if (sent.Contains(signal))
        {
            return signal == SigKill && sent.FirstOrDefault(s => s != SigKill) is > 0 and var asked
                ? new($"was killed (KILL): it had not ended by signal {SignalNames.Of(asked)}", "a program that is process 1 of a container must handle that signal, or let --init do it", IsFailure: true)
                : new($"was ended by signal {name}, which slip was told to send", null, IsFailure: signal == SigKill);
        }
        (string meaning, string? advice) = name switch
        {
            "SEGV" or "BUS" => ("it used memory that isn't its own: a fault of the program", null),
            "ILL" => ("it met an instruction that this processor doesn't have", "an image for an older processor, or for another one, may run"),
            "FPE" => ("it computed what can't be: a division by zero", null),
            "ABRT" => ("it gave up by itself, for a reason that it mostly prints", null),
            "SYS" => ("it made a system call that its seccomp filter forbids", $"slip recreate {container.Name} --security-opt seccomp=unconfined tells whether that is so"),
            "XCPU" => ("it used more processor time than its limit (--ulimit cpu)", null),
            "XFSZ" => ("it wrote a file larger than its limit (--ulimit fsize)", null),
            "PIPE" => ("it wrote to something that nobody reads", null),
            "KILL" => ("by somebody else than slip, and not for want of memory that its own limit set", "the kernel's log (dmesg) says whether the host ran out of memory"),
            _ => ("by a process of its own, or of the host", (string?)null),
        };
        return new($"was ended by signal {name}: {meaning}", advice, IsFailure: true);
    }

    // Told to end, it did so by itself: with 0, with 128 and the signal's number, or with what it pleased.
    private ExitCause Stopped(int code) =>
        new($"was told to stop (signal {SignalNames.Of(sent[0])}) and ended with code {code}", null, IsFailure: code != 0 && code != FromSignal + sent[0]);

    private ExitCause Code(int code) => code switch
    {
        0 => new("ended well, with code 0", null, IsFailure: false),
        126 => new("ended with code 126, by which shells say that a command could not be executed", "is it marked executable, and made for this processor?", IsFailure: true),
        127 => new("ended with code 127, by which shells say that a command was not found", $"look for it: slip enter {container.Name}", IsFailure: true),
        > FromSignal and <= FromSignal + LastSignal => new($"ended with code {code}, by which shells say that signal {SignalNames.Of(code - FromSignal)} ended a command of theirs", null, IsFailure: true),
        _ => new($"ended with code {code}, which is for its own documentation to explain", null, IsFailure: true),
    };

    private string? Start() => container.ExitCode switch
    {
        127 => $"the image may not have that program: slip enter {container.Name} ls -l /bin, or 'slip explain {container.Request.Image} PATH'",
        126 => "is it marked executable, and made for this processor?",
        _ => null,
    };
}
