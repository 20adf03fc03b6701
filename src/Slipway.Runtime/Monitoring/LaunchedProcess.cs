using Slipway.Linux;

namespace Slipway.Runtime.Monitoring;

/// <summary>A started process together with the monitor's ends of its streams.</summary>
internal sealed class LaunchedProcess : IDisposable
{
    private LaunchedProcess(IStartedContainer container, ProcessStreams streams)
    {
        Container = container;
        Streams = streams;
    }

    public IStartedContainer Container { get; }

    public ProcessStreams Streams { get; }

    /// <summary>Makes the streams that the starter asks for, and starts it on them.</summary>
    public static LaunchedProcess Start(IContainerStarter starter, bool openStdin)
    {
        if (starter.Terminal)
        {
            IStartedContainer terminal = starter.Start(null);
            return new LaunchedProcess(terminal, ProcessStreams.OfTerminal(terminal.PtyMaster!, openStdin));
        }
        (ProcessStreams ours, ChildStdio theirs) = ProcessStreams.OfPipes(openStdin, starter.Owner);
        try
        {
            return new LaunchedProcess(starter.Start(theirs), ours);
        }
        catch
        {
            ours.Dispose();
            throw;
        }
        finally
        {
            // Only the process may hold these, or its end would not be the streams'.
            foreach (SafeFd end in (ReadOnlySpan<SafeFd>)[theirs.Input, theirs.Output, theirs.Errors])
                end.Dispose();
        }
    }

    public void Dispose()
    {
        Streams.Dispose();
        Container.Dispose();
    }
}
