using System.Buffers.Binary;
using Slipway.Linux;
using Slipway.Linux.Memory;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Linux.Sockets;
using Slipway.Runtime.Attach;
using Slipway.Runtime.Health;
using Slipway.Runtime.Logs;

namespace Slipway.Runtime.Monitoring;

/// <summary>
/// The monitor's loop: one thread around poll(2), between a process and its log and clients. It allocates when a client comes or falls behind, and
/// otherwise not. Memory is bounded whatever the process, or a client, does (invariant I8):
/// the owner's slowness stops the reading of output, another client's ends its connection.
/// </summary>
internal sealed class Relay : IDisposable
{
    private const int ChunkSize = 32 * 1024;

    // What a pipe can hold at most without privileges over the host (fs.pipe-max-size): all that can be left when the process has ended.
    private const int MaxLeftOver = 1024 * 1024;

    // A terminal's output reaches its master through a work queue of the kernel's, so a little later than the end of the process.
    private const int TerminalQuietMilliseconds = 200;

    // A container that lives shorter than this ends without paying for the collection (1 ms).
    private const int QuietMilliseconds = 200;
    private const int LastClientsQuietMilliseconds = 2000;

    private const int SigKill = 9;

    private const int ProcessSlot = 0, OutputSlot = 1, ErrorsSlot = 2, InputSlot = 3, ListenerSlot = 4, HealthSlot = 5, MemorySlot = 6, PortSlot = 7, FirstClient = 8;

    private readonly SafeFd _process;
    private readonly ProcessStreams _streams;
    private readonly InputFeed _input;
    private readonly JsonLogWriter? _log;
    private readonly SafeFd? _listener;
    private readonly List<RelayClient> _clients = [];
    private readonly PollEntry[] _entries = new PollEntry[FirstClient + MaxClients];
    // There from the first byte that comes until it has been quiet: most containers say something and then nothing for long.
    private byte[]? _chunk;
    private int _untilQuiet = QuietMilliseconds;
    private bool _outputOpen = true;
    private bool _errorsOpen;

    /// <param name="process">The process's descriptor: readable once it has ended.</param>
    /// <param name="streams">Its streams; this owns them now.</param>
    /// <param name="stdinOnce">Closes its input with the first client's.</param>
    /// <param name="log">Its log; null keeps none.</param>
    /// <param name="listener">Where further clients come from; null takes none.</param>
    /// <param name="owner">The first client's connection; null where it was launched detached.</param>
    public Relay(SafeFd process, ProcessStreams streams, bool stdinOnce, JsonLogWriter? log, SafeFd? listener, SafeFd? owner)
    {
        _process = process;
        _streams = streams;
        _errorsOpen = streams.Errors is not null;
        _input = new InputFeed(streams, stdinOnce);
        _log = log;
        _listener = listener;
        if (owner is not null)
            _clients.Add(new RelayClient(owner, _input, isOwner: true));
    }

    /// <summary>The most clients at a time; others wait until one has gone.</summary>
    public const int MaxClients = 64;

    /// <summary>Kills the process when the owner goes away.</summary>
    public bool EndsWithOwner { get; init; }

    /// <summary>Looks after the process's health beside; null: nobody does.</summary>
    public HealthWatch? Health { get; init; }

    /// <summary>Notes when memory runs out; null: nobody does.</summary>
    public MemoryWatch? Memory { get; init; }

    /// <summary>Takes what clients give for the container; null: nothing can be given.</summary>
    public HeldDescriptors? Held { get; init; }

    private byte[] Chunk => _chunk ??= new byte[FrameHeader.Size + ChunkSize];

    private RelayClient? Owner => _clients.Count > 0 && _clients[0].IsOwner ? _clients[0] : null;

    /// <summary>Takes clients that need not be accepted; this owns their connections now.</summary>
    public void Add(IEnumerable<SafeFd> clients) => _clients.AddRange(clients.Select(c => new RelayClient(c, _input, isOwner: false)));

    /// <summary>Serves until the process has ended and what it wrote is in the log and on its way to the clients.</summary>
    public void Run()
    {
        while (true)
        {
            int wait = ShorterOf(_untilQuiet, ShorterOf(Health?.Left ?? Timeout.Infinite, Memory?.Left ?? Timeout.Infinite));
            if (Poller.Wait(Arrange(), wait) == 0)
            {
                if (wait == _untilQuiet && _untilQuiet != Timeout.Infinite)
                {
                    ReturnMemory();
                    _untilQuiet = Timeout.Infinite;
                }
                Health?.Turn(readable: false);
                Memory?.Turn();
                continue;
            }
            // What it cost is to be given back.
            if (Health?.Turn(_entries[HealthSlot].CanRead) == true)
                _untilQuiet = QuietMilliseconds;
            if (_entries[MemorySlot].CanRead)
            {
                Memory!.Turn();
                _untilQuiet = QuietMilliseconds;
            }
            if (_entries[PortSlot].CanRead)
                TurnPorts(Held!.Relay!);
            HandleClients();
            if (_entries[InputSlot].CanWrite)
                _input.Flush();
            if (_entries[ListenerSlot].CanRead)
                Accept();
            if (_entries[OutputSlot].CanRead)
                _outputOpen = Copy(_streams.Output, FrameType.Stdout) != 0;
            if (_entries[ErrorsSlot].CanRead)
                _errorsOpen = Copy(_streams.Errors!, FrameType.Stderr) != 0;
            if (_entries[ProcessSlot].CanRead)
                break;
        }
        CopyLeftOver();
        _log?.Finish();
    }

    /// <summary>Tells the clients the code, and waits until they have it. Whether the owner takes over the cleaning up.</summary>
    public bool Finish(int exitCode)
    {
        Span<byte> frame = stackalloc byte[FrameHeader.Size + sizeof(int)];
        new FrameHeader(FrameType.Exit, sizeof(int)).Write(frame);
        BinaryPrimitives.WriteInt32BigEndian(frame[FrameHeader.Size..], exitCode);
        foreach (RelayClient client in _clients)
            client.Send(frame);
        bool tookOver = false;
        while (true)
        {
            tookOver |= Owner?.TookOver ?? false;
            RemoveClients(static client => client.IsGone || client.TookOver || (!client.IsOwner && !client.IsBehind));
            if (_clients.Count == 0)
                return tookOver;
            int milliseconds = Owner is null ? LastClientsQuietMilliseconds : Timeout.Infinite;
            if (Poller.Wait(ArrangeClients(), milliseconds) == 0 && Owner is null)
                return tookOver;
            HandleClients();
        }
    }

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _streams.Dispose();
    }

    private static int ShorterOf(int a, int b) => a == Timeout.Infinite ? b : b == Timeout.Infinite ? a : Math.Min(a, b);

    private Span<PollEntry> Arrange()
    {
        RemoveClients(static client => client.IsGone);
        // The owner is waited for: while he is behind, the process's pipes fill, and then it waits too.
        bool read = Owner is not { IsBehind: true };
        _entries[ProcessSlot] = new PollEntry(_process.Number, PollEvents.Readable);
        _entries[OutputSlot] = new PollEntry(read && _outputOpen ? _streams.Output.Number : -1, PollEvents.Readable);
        _entries[ErrorsSlot] = new PollEntry(read && _errorsOpen ? _streams.Errors!.Number : -1, PollEvents.Readable);
        _entries[InputSlot] = new PollEntry(_input.Number, PollEvents.Writable);
        _entries[ListenerSlot] = new PollEntry(_clients.Count < MaxClients ? _listener?.Number ?? -1 : -1, PollEvents.Readable);
        _entries[HealthSlot] = new PollEntry(Health?.Number ?? -1, PollEvents.Readable);
        _entries[MemorySlot] = new PollEntry(Memory?.Number ?? -1, PollEvents.Readable);
        _entries[PortSlot] = new PollEntry(Held?.Relay?.Number ?? -1, PollEvents.Readable);
        ArrangeClients();
        return _entries.AsSpan(0, FirstClient + _clients.Count);
    }

    private void TurnPorts(PortRelay ports)
    {
        ports.Turn();
        if (ports.IsIdle)
            _untilQuiet = QuietMilliseconds;
    }

    private Span<PollEntry> ArrangeClients()
    {
        PollEvents wanted = _input.IsWaiting ? PollEvents.None : PollEvents.Readable;
        for (int i = 0; i < _clients.Count; i++)
            _entries[FirstClient + i] = new PollEntry(_clients[i].Socket.Number, _clients[i].IsBehind ? wanted | PollEvents.Writable : wanted);
        return _entries.AsSpan(FirstClient, _clients.Count);
    }

    private void HandleClients()
    {
        for (int i = 0; i < _clients.Count; i++)
        {
            // Asked again for each: the one before may have filled the process's input.
            PollEntry entry = _entries[FirstClient + i];
            if (_input.IsWaiting)
                entry.Found &= ~PollEvents.Readable;
            _clients[i].Handle(entry, Chunk);
        }
    }

    private void RemoveClients(Predicate<RelayClient> which)
    {
        for (int i = _clients.Count - 1; i >= 0; i--)
        {
            if (!which(_clients[i]))
                continue;
            if (EndsWithOwner && _clients[i].IsOwner)
                PidFd.Signal(_process, SigKill);
            bool fed = _clients[i].IsOwner || _clients[i].Feeds;
            _clients[i].Dispose();
            _clients.RemoveAt(i);
            // Who only waited for the end, or looked on, takes nobody's input away.
            if (fed)
                _input.ClientEnded();
            _untilQuiet = QuietMilliseconds;
        }
    }

    private void Accept()
    {
        if (UnixSocket.Accept(_listener!) is { } socket)
            _clients.Add(new RelayClient(socket, _input, isOwner: false) { Held = Held });
    }

    // One chunk; its size, 0 at the end, or FdIo.WouldBlock.
    private int Copy(SafeFd from, FrameType type)
    {
        int count = FdIo.Read(from, Chunk.AsSpan(FrameHeader.Size));
        if (count <= 0)
            return count;
        new FrameHeader(type, (uint)count).Write(Chunk);
        _log?.Write(type == FrameType.Stderr ? LogStream.Stderr : LogStream.Stdout, Chunk.AsSpan(FrameHeader.Size, count));
        foreach (RelayClient client in _clients)
            client.Send(Chunk.AsSpan(0, FrameHeader.Size + count));
        return count;
    }

    // The process has ended, so a pipe holds all that it wrote; a grandchild outside its cgroup that still holds the other end is not waited for.
    private void CopyLeftOver()
    {
        for (int copied = 0; _outputOpen && copied < MaxLeftOver;)
        {
            int count = Copy(_streams.Output, FrameType.Stdout);
            _outputOpen = count > 0 || (count == FdIo.WouldBlock && _streams.IsTerminal && WaitForTerminal());
            copied += Math.Max(count, 0);
        }
        for (int copied = 0; _errorsOpen && copied < MaxLeftOver;)
        {
            int count = Copy(_streams.Errors!, FrameType.Stderr);
            _errorsOpen = count > 0;
            copied += count;
        }
    }

    // What the start, or a client that is gone, has used will not be needed again soon.
    public void ReturnMemory()
    {
        _chunk = null;
        _log?.ReturnMemory();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
    }

    private bool WaitForTerminal() =>
        Poller.Wait([new PollEntry(_streams.Output.Number, PollEvents.Readable)], TerminalQuietMilliseconds) > 0;
}
