using Slipway.Linux;
using Slipway.Linux.Sockets;
using Slipway.Runtime.Attach;
using Slipway.Runtime.Bundles;
using Slipway.Runtime.Launching;
using Slipway.Runtime.Logs;
using Slipway.Runtime.Monitoring;
using Slipway.Runtime.State;

namespace Slipway.Runtime.Tests.Monitoring;

/// <summary>A monitor on a thread of the test's, over a process of the host's.</summary>
internal sealed class MonitorHarness : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly Thread _thread;
    private Exception? _error;

    public MonitorHarness(string script, bool attach = false, bool stdin = false, Func<TempDirectory, IReadOnlyList<string>>? exitCommand = null, IReadOnlyList<SafeFd>? ports = null)
    {
        var config = new MonitorConfig
        {
            Id = "test",
            Bundle = _directory.Root,
            RunDir = RunDir,
            LogPath = _directory.Path("log"),
            ExitPath = _directory.Path("exit.json"),
            OpenStdin = stdin,
            StdinOnce = stdin,
            ExitCommand = exitCommand?.Invoke(_directory),
        };
        var held = new HeldDescriptors(RunDir, ports ?? [], (told, _, _) => Service = told);
        (SafeFd ours, SafeFd theirs) = UnixSocket.Pair();
        _thread = new Thread(() => Guard(() => new ContainerMonitor(config, new HostStarter("/bin/sh", "-c", script), TimeProvider.System) { Held = held }.Run(theirs, attach)));
        _thread.Start();
        FrameHeader header = FrameChannel.ReceiveHeader(ours) ?? throw new InvalidOperationException("no answer", Ended());
        byte[] reply = FrameChannel.ReceivePayload(ours, header, 4096)!;
        if (header.Type == FrameType.Failed)
            throw LaunchError.Decode(reply);
        Socket = ours;
        if (attach)
            Owner = new AttachStream(ours);
        else
            ours.Dispose();
    }

    public string RunDir => _directory.Path("run");

    public string LogPath => _directory.Path("log");

    /// <summary>What a service that was begun later was told.</summary>
    public string? Service { get; private set; }

    public AttachStream? Owner { get; }

    public SafeFd Socket { get; }

    public ExitRecord? Exit => ContainerProbe.ReadExit(_directory.Path("exit.json"));

    /// <summary>The log's text of one stream.</summary>
    public string Log(LogStream stream) => string.Concat(
        LogReader.Read(_directory.Path("log"), new LogQuery()).Where(entry => entry.Stream == stream)
            .Select(entry => System.Text.Encoding.UTF8.GetString(entry.Text.Span)));

    /// <summary>Waits for the end of the monitor; its error, if it had one.</summary>
    public Exception? Ended()
    {
        _thread.Join();
        return _error;
    }

    public void Dispose()
    {
        Owner?.Dispose();
        _thread.Join();
        _directory.Dispose();
    }

    private void Guard(Action body)
    {
        try
        {
            body();
        }
        catch (Exception e)
        {
            _error = e;
        }
    }
}
