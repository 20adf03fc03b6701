using System.Buffers.Binary;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Terminals;

namespace Slipway.Runtime.Attach;

/// <summary>
/// The client's loop: one thread, and never waits in a write to the monitor. A monitor that waits for us to read and a client that waits for it
/// to read would stand still together (<c>run -i cat</c> with a large file).
/// </summary>
internal sealed class StreamPump : IFrameSink, IDisposable
{
    private const int ChunkSize = 32 * 1024;
    private const int SocketSlot = 0, InputSlot = 1, WakeSlot = 2;

    private readonly SafeFd _socket;
    private readonly PumpOptions _options;
    private readonly FrameParser _parser;
    private readonly DetachKeys? _detachKeys;
    private readonly SafeFd _input = FdIo.Duplicate(0), _output = FdIo.Duplicate(1), _errors = FdIo.Duplicate(2);
    private readonly SafeFd _wake = EventFd.Create();
    private readonly byte[] _received = new byte[ChunkSize];
    private readonly byte[] _typed = new byte[ChunkSize];
    private readonly SendQueue _toSend = new();
    private bool _inputOpen;
    private AttachResult? _result;

    public StreamPump(SafeFd socket, PumpOptions options)
    {
        _socket = socket;
        _options = options;
        _parser = new FrameParser(this);
        _inputOpen = options.Stdin;
        if (options is { Stdin: true, Terminal: true, DetachKeys: { Length: > 0 } keys })
            _detachKeys = DetachKeys.Parse(keys);
    }

    /// <summary>Runs until there is a result.</summary>
    public AttachResult Run(CancellationToken cancellation)
    {
        using RawTerminal? raw = _options is { Stdin: true, Terminal: true } ? RawTerminal.Enter(_input) : null;
        using var signals = new SignalMailbox(_wake, _options.Signal is not null, _options.Terminal);
        using CancellationTokenRegistration registration = cancellation.Register(() => EventFd.Raise(_wake));
        if (_inputOpen)
            Send(FrameType.Stdin, []);
        SendSize();
        while (_result is null)
        {
            cancellation.ThrowIfCancellationRequested();
            Turn(signals);
        }
        return _result.Value;
    }

    public void Dispose()
    {
        _input.Dispose();
        _output.Dispose();
        _errors.Dispose();
        _wake.Dispose();
    }

    private void Turn(SignalMailbox signals)
    {
        bool sending = !_toSend.IsEmpty;
        Span<PollEntry> entries =
        [
            new(_socket.Number, sending ? PollEvents.Readable | PollEvents.Writable : PollEvents.Readable),
            // Typed bytes are taken only when the last ones are sent: a fast source must not fill our memory.
            new(_inputOpen && !sending ? _input.Number : -1, PollEvents.Readable),
            new(_wake.Number, PollEvents.Readable),
        ];
        Poller.Wait(entries, Timeout.Infinite);
        if (entries[WakeSlot].CanRead)
            TakeSignals(signals);
        if (entries[SocketSlot].CanRead)
            Receive();
        if (sending && entries[SocketSlot].CanWrite && !_toSend.Flush(_socket))
            _result ??= new AttachResult(AttachEnd.Lost, 0);
        if (_result is null && entries[InputSlot].CanRead)
            TakeInput();
    }

    private void Receive()
    {
        int count = FdIo.Read(_socket, _received);
        if (count == 0 || (count > 0 && !_parser.Feed(_received.AsSpan(0, count))))
            _result ??= new AttachResult(AttachEnd.Lost, 0);
    }

    void IFrameSink.OnBytes(FrameType type, ReadOnlySpan<byte> bytes)
    {
        if (!(type == FrameType.Stderr ? _options.Stderr : _options.Stdout))
            return;
        if (_options.Output is { } output)
        {
            // The bytes are a part of our own buffer, so they can be handed on without a copy.
            _received.AsSpan().Overlaps(bytes, out int offset);
            output((int)type, _received.AsMemory(offset, bytes.Length));
        }
        else if (!FdIo.WriteAll(type == FrameType.Stderr ? _errors : _output, bytes))
            _result ??= new AttachResult(AttachEnd.OutputClosed, 0);
    }

    bool IFrameSink.OnControl(FrameType type, ReadOnlySpan<byte> payload)
    {
        if (type != FrameType.Exit || payload.Length != sizeof(int))
            return false;
        _result ??= new AttachResult(AttachEnd.Exited, BinaryPrimitives.ReadInt32BigEndian(payload));
        return true;
    }

    private void TakeInput()
    {
        int count = FdIo.Read(_input, _typed);
        if (count == FdIo.WouldBlock)
            return;
        if (count == 0)
        {
            _inputOpen = false;
            Send(FrameType.CloseStdin, []);
            return;
        }
        ReadOnlySpan<byte> typed = _typed.AsSpan(0, count);
        if (_detachKeys is not null)
        {
            byte[] passed = new byte[count + _detachKeys.MaxHeld];
            if (_detachKeys.Filter(typed, passed, out int kept))
                _result ??= new AttachResult(AttachEnd.Detached, 0);
            typed = passed.AsSpan(0, kept);
        }
        if (!typed.IsEmpty)
            Send(FrameType.Stdin, typed);
    }

    private void TakeSignals(SignalMailbox signals)
    {
        EventFd.Clear(_wake);
        while (signals.Take() is int number and not 0)
        {
            if (number == SignalMailbox.WindowChanged)
                SendSize();
            else
                _options.Signal?.Invoke(number);
        }
    }

    private void SendSize()
    {
        if (!_options.Terminal || !Terminal.IsTerminal(_output))
            return;
        (ushort height, ushort width) = Terminal.GetSize(_output);
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(payload, height);
        BinaryPrimitives.WriteUInt16BigEndian(payload[2..], width);
        Send(FrameType.Resize, payload);
        _options.Resized?.Invoke(height, width);
    }

    private void Send(FrameType type, ReadOnlySpan<byte> payload)
    {
        _toSend.Add(type, payload);
        if (!_toSend.Flush(_socket))
            _result ??= new AttachResult(AttachEnd.Lost, 0);
    }
}
