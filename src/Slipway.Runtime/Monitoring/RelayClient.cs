using System.Buffers.Binary;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Runtime.Attach;

namespace Slipway.Runtime.Monitoring;

/// <summary>One attached client as the monitor sees it.</summary>
internal sealed class RelayClient : IFrameSink, IDisposable
{
    /// <summary>How far a client other than the owner may fall behind before it is dropped.</summary>
    public const int MaxBehind = 1024 * 1024;

    private readonly InputFeed _input;
    private readonly FrameParser _parser;
    private readonly SendQueue _toSend = new();

    // What it has said that it will send.
    private HeldKind _kind;
    private int _coming;

    public RelayClient(SafeFd socket, InputFeed input, bool isOwner)
    {
        Socket = socket;
        IsOwner = isOwner;
        _input = input;
        _parser = new FrameParser(this);
    }

    public SafeFd Socket { get; }

    /// <summary>Takes what it gives for the container; null: nothing can be given.</summary>
    public HeldDescriptors? Held { get; init; }

    /// <summary>Launched the process, and is waited for.</summary>
    public bool IsOwner { get; }

    /// <summary>It has to do with the process's input.</summary>
    public bool Feeds { get; private set; }

    /// <summary>The connection has ended, or was dropped.</summary>
    public bool IsGone { get; private set; }

    /// <summary>The owner has promised to clean up.</summary>
    public bool TookOver { get; private set; }

    /// <summary>Whether output waits for it.</summary>
    public bool IsBehind => !_toSend.IsEmpty;

    /// <summary>Sends a whole frame, or keeps it until it can be sent.</summary>
    public void Send(ReadOnlySpan<byte> frame)
    {
        if (IsGone)
            return;
        IsGone = !_toSend.Send(Socket, frame) || (!IsOwner && _toSend.Count > MaxBehind);
    }

    /// <summary>Deals with what poll found.</summary>
    public void Handle(PollEntry entry, Span<byte> buffer)
    {
        if (IsBehind && (entry.Found & PollEvents.Writable) != 0)
            IsGone |= !_toSend.Flush(Socket);
        if ((entry.Found & PollEvents.Readable) != 0)
            Receive(buffer);
        else if ((entry.Found & (PollEvents.HangUp | PollEvents.Error)) != 0)
            IsGone = true;
    }

    void IFrameSink.OnBytes(FrameType type, ReadOnlySpan<byte> bytes)
    {
        if (type != FrameType.Stdin)
            return;
        Feeds = true;
        _input.Write(bytes);
    }

    bool IFrameSink.OnControl(FrameType type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case FrameType.Resize when payload.Length == 4:
                _input.Resize(BinaryPrimitives.ReadUInt16BigEndian(payload), BinaryPrimitives.ReadUInt16BigEndian(payload[2..]));
                return true;
            case FrameType.CloseStdin:
                _input.ClientEnded();
                return true;
            case FrameType.TakeOver:
                TookOver = IsOwner;
                return true;
            case FrameType.Hold when payload.Length == 2 && Held is not null && _coming == 0 && HeldDescriptors.Expects((HeldKind)payload[0], payload[1]):
                (_kind, _coming) = ((HeldKind)payload[0], payload[1]);
                if (_kind == HeldKind.DropPorts)
                    Held.DropPorts();
                SayReady();
                return true;
            default:
                return false;
        }
    }

    public void Dispose() => Socket.Dispose();

    private void SayReady()
    {
        Span<byte> frame = stackalloc byte[FrameHeader.Size];
        new FrameHeader(FrameType.Ready, 0).Write(frame);
        Send(frame);
    }

    // They come alone: the client waits for our answer before it sends them, and again behind them.
    private void ReceiveDescriptors()
    {
        try
        {
            List<SafeFd> given = Linux.Sockets.DescriptorMessage.Receive(Socket, _coming);
            _coming = 0;
            IsGone |= !Held!.Take(_kind, given);
            SayReady();
        }
        catch (LinuxException)
        {
            IsGone = true;
        }
    }

    private void Receive(Span<byte> buffer)
    {
        if (_coming > 0)
        {
            ReceiveDescriptors();
            return;
        }
        int count = FdIo.Read(Socket, buffer);
        if (count != FdIo.WouldBlock)
            IsGone |= count == 0 || !_parser.Feed(buffer[..count]);
    }
}
