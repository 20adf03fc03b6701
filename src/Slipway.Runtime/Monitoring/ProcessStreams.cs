using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Polling;

namespace Slipway.Runtime.Monitoring;

/// <summary>The monitor's ends of a process's standard streams: non-blocking pipes, or a terminal's master that is all three.</summary>
internal sealed class ProcessStreams : IDisposable
{
    private ProcessStreams(SafeFd? input, SafeFd output, SafeFd? errors)
    {
        Input = input;
        Output = output;
        Errors = errors;
    }

    /// <summary>What the process reads; null where its input is /dev/null.</summary>
    public SafeFd? Input { get; }

    /// <summary>What it writes.</summary>
    public SafeFd Output { get; }

    /// <summary>Its standard error; null for a terminal.</summary>
    public SafeFd? Errors { get; }

    /// <summary>Whether this is a terminal.</summary>
    public bool IsTerminal => Errors is null;

    /// <summary>The master of a terminal.</summary>
    public static ProcessStreams OfTerminal(SafeFd master, bool openStdin)
    {
        FdIo.SetNonBlocking(master);
        return new ProcessStreams(openStdin ? master : null, master, null);
    }

    /// <summary>New pipes. The child's ends are the caller's to close once the child has them.</summary>
    public static (ProcessStreams Ours, ChildStdio Theirs) OfPipes(bool openStdin, (uint Uid, uint Gid) owner)
    {
        (SafeFd output, SafeFd theirOutput) = FdIo.Pipe();
        (SafeFd errors, SafeFd theirErrors) = FdIo.Pipe();
        (SafeFd? input, SafeFd theirInput) = openStdin ? Swap(FdIo.Pipe()) : (null, FdIo.OpenNull());
        FdIo.SetNonBlocking(output);
        FdIo.SetNonBlocking(errors);
        if (input is not null)
        {
            FdIo.SetNonBlocking(input);
            theirInput.SetOwner(owner.Uid, owner.Gid);
        }
        theirOutput.SetOwner(owner.Uid, owner.Gid);
        theirErrors.SetOwner(owner.Uid, owner.Gid);
        return (new ProcessStreams(input, output, errors), new ChildStdio(theirInput, theirOutput, theirErrors));
    }

    public void Dispose()
    {
        Input?.Dispose();
        Output.Dispose();
        Errors?.Dispose();
    }

    private static (SafeFd? Ours, SafeFd Theirs) Swap((SafeFd Read, SafeFd Write) pipe) => (pipe.Write, pipe.Read);
}
