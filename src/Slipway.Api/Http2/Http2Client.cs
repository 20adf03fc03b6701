using System.Buffers.Binary;
using System.Collections.Concurrent;
using Slipway.Api.Server;

namespace Slipway.Api.Http2;

/// <summary>
/// The asking side of one HTTP/2 connection (RFC 9113) over a connection that the other end opened: BuildKit's clients serve their files there. .NET's
/// own client makes one header of several of a name, which they take for one value; and here the connection's end has to be known at once.
/// </summary>
internal sealed class Http2Client : IAsyncDisposable
{
    /// <summary>Bytes that a stream, and the connection, may send before we have read some.</summary>
    public const int StreamWindow = 1 << 20, ConnectionWindow = 16 << 20;

    private const int HeaderLength = 9, DefaultWindow = 65_535, MaxFrame = 16_384, MaxHeaders = 256 << 10;

    // Of settings and pings, which end no stream.
    private const FrameFlags Ack = FrameFlags.EndStream;

    private const ushort HeaderTableSize = 1, EnablePush = 2, InitialWindowSize = 4, MaxFrameSize = 5;
    private static readonly byte[] s_preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    private readonly HijackedStream _connection;
    private readonly ConcurrentDictionary<int, Http2Stream> _streams = new();

    // Nobody's until the connection has begun: a session is found, and asked, as soon as it is there, and a request before the preface ends it.
    private readonly SemaphoreSlim _turn = new(0, 1);
    private readonly FlowWindow _window = new(DefaultWindow);
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _opening = new();
    private TaskCompletionSource? _pong;
    private Exception? _why;

    // Headers that go on in the next frame.
    private (int Id, byte[] Block, bool IsLast)? _partial;
    private int _lastId = -1, _consumed;
    private volatile int _initialWindow = DefaultWindow, _maxFrame = MaxFrame;

    public Http2Client(HijackedStream connection) => _connection = connection;

    /// <summary>Cancelled when the connection is over.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Reads until the connection is over, by whoever's will.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, _ended.Token);
        Exception why = new Http2Exception("the client is gone");
        try
        {
            await BeginAsync(either.Token).ConfigureAwait(false);
            var header = new byte[HeaderLength];
            var payload = new byte[MaxFrame];
            while (await ReadAsync(header, either.Token).ConfigureAwait(false))
            {
                // What is there already is read whatever the token says: whoever sends without a pause would never be let go.
                either.Token.ThrowIfCancellationRequested();
                int length = header[0] << 16 | header[1] << 8 | header[2];
                if (length > MaxFrame)
                    throw new Http2Exception($"a frame of {length} bytes: {MaxFrame} are the most");
                if (!await ReadAsync(payload.AsMemory(0, length), either.Token).ConfigureAwait(false))
                    break;
                await TakeAsync((FrameType)header[3], (FrameFlags)header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)) & int.MaxValue, payload.AsMemory(0, length)).ConfigureAwait(false);
            }
        }
        catch (Http2Exception e)
        {
            why = e;
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            End(why);
        }
    }

    /// <summary>Begins a request.</summary>
    public async Task<Http2Stream> OpenAsync(IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken ct)
    {
        byte[] block = HeaderBlock.Write(headers);
        // The numbers have to be on the wire in their order.
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            Http2Stream stream;
            lock (_opening)
            {
                if (_why is not null)
                    throw new Http2Exception(_why.Message, _why);
                stream = new(this, _lastId += 2, _initialWindow);
                _streams[stream.Id] = stream;
            }
            for (int at = 0; at == 0 || at < block.Length; at += MaxFrame)
            {
                ReadOnlyMemory<byte> piece = block.AsMemory(at, Math.Min(MaxFrame, block.Length - at));
                FrameFlags flags = at + piece.Length == block.Length ? FrameFlags.EndHeaders : FrameFlags.None;
                await WriteAsync(at == 0 ? FrameType.Headers : FrameType.Continuation, flags, stream.Id, piece).ConfigureAwait(false);
            }
            return stream;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Whether the other end still answers.</summary>
    public async Task<bool> PingAsync(TimeSpan patience)
    {
        TaskCompletionSource pong = _pong = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await SendAsync(FrameType.Ping, FrameFlags.None, 0, new byte[8], _ended.Token).ConfigureAwait(false);
            await pong.Task.WaitAsync(patience, _ended.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException or Http2Exception)
        {
            return false;
        }
    }

    /// <summary>Ends it: all that goes on over it fails with the reason.</summary>
    public void End(Exception why)
    {
        lock (_opening)
            _why ??= why;
        _window.End(_why);
        foreach (Http2Stream stream in _streams.Values)
            stream.Fail(_why);
        _ended.Cancel();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        End(new Http2Exception("the session was closed"));
        await _connection.CloseWriteAsync().ConfigureAwait(false);
    }

    internal async Task SendDataAsync(Http2Stream stream, ReadOnlyMemory<byte> bytes, bool isLast, CancellationToken ct)
    {
        do
        {
            int count = 0;
            if (bytes.Length > 0)
            {
                int allowed = await stream.Window.TakeAsync(Math.Min(bytes.Length, _maxFrame), ct).ConfigureAwait(false);
                count = await _window.TakeAsync(allowed, ct).ConfigureAwait(false);
                if (count < allowed)
                    stream.Window.Add(allowed - count);
            }
            bool ends = isLast && count == bytes.Length;
            await SendAsync(FrameType.Data, ends ? FrameFlags.EndStream : FrameFlags.None, stream.Id, bytes[..count], ct).ConfigureAwait(false);
            bytes = bytes[count..];
        }
        while (bytes.Length > 0);
    }

    internal Task SendWindowAsync(int id, int bytes)
    {
        var payload = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, bytes);
        return TrySendAsync(FrameType.WindowUpdate, id, payload);
    }

    internal Task ResetAsync(int id) => TrySendAsync(FrameType.Reset, id, [0, 0, 0, 8 /* CANCEL */]);

    internal void Forget(int id) => _streams.TryRemove(id, out _);

    private async Task BeginAsync(CancellationToken ct)
    {
        try
        {
            var settings = new byte[3 * 6];
            Setting(settings, HeaderTableSize, 0);
            Setting(settings.AsSpan(6), EnablePush, 0);
            Setting(settings.AsSpan(12), InitialWindowSize, StreamWindow);
            if (!await _connection.TryWriteAsync(s_preface, ct).ConfigureAwait(false))
                throw new Http2Exception("the client is gone");
            await WriteAsync(FrameType.Settings, FrameFlags.None, 0, settings).ConfigureAwait(false);
            var more = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(more, ConnectionWindow - DefaultWindow);
            await WriteAsync(FrameType.WindowUpdate, FrameFlags.None, 0, more).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private static void Setting(Span<byte> to, ushort name, uint value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(to, name);
        BinaryPrimitives.WriteUInt32BigEndian(to[2..], value);
    }

    private async ValueTask TakeAsync(FrameType type, FrameFlags flags, int id, ReadOnlyMemory<byte> payload)
    {
        if (_partial is not null && type != FrameType.Continuation)
            throw new Http2Exception("headers are cut off by another frame");
        switch (type)
        {
            case FrameType.Data:
                // Also what comes for a stream that was given up: the connection's window counts it.
                await ConsumedAsync(payload.Length).ConfigureAwait(false);
                Find(id)?.OnData(Unpad(flags, payload).Span, flags.HasFlag(FrameFlags.EndStream));
                break;
            case FrameType.Headers:
                ReadOnlyMemory<byte> block = Unpad(flags, payload);
                if (flags.HasFlag(FrameFlags.Priority))
                    block = block.Length >= 5 ? block[5..] : throw new Http2Exception("headers are cut off");
                TakeHeaders(id, flags, block, flags.HasFlag(FrameFlags.EndStream));
                break;
            case FrameType.Continuation:
                if (_partial is not { } partial || partial.Id != id)
                    throw new Http2Exception("headers go on that didn't begin");
                if (partial.Block.Length + payload.Length > MaxHeaders)
                    throw new Http2Exception($"headers of more than {MaxHeaders >> 10} KiB");
                _partial = null;
                TakeHeaders(id, flags, (byte[])[.. partial.Block, .. payload.Span], partial.IsLast);
                break;
            case FrameType.Reset:
                Find(id)?.Fail(new Http2Exception("the client has cut the call off"));
                break;
            case FrameType.Settings when !flags.HasFlag(Ack):
                Apply(payload.Span);
                await TrySendAsync(FrameType.Settings, 0, [], Ack).ConfigureAwait(false);
                break;
            case FrameType.Ping when flags.HasFlag(Ack):
                _pong?.TrySetResult();
                break;
            case FrameType.Ping:
                await TrySendAsync(FrameType.Ping, 0, payload.ToArray(), Ack).ConfigureAwait(false);
                break;
            case FrameType.WindowUpdate:
                int bytes = payload.Length == 4 ? BinaryPrimitives.ReadInt32BigEndian(payload.Span) & int.MaxValue : throw new Http2Exception("a window's frame is cut off");
                (id == 0 ? _window : Find(id)?.Window)?.Add(bytes);
                break;
            case FrameType.Push:
                throw new Http2Exception("the other end pushes, and was told not to");
        }
    }

    private void TakeHeaders(int id, FrameFlags flags, ReadOnlyMemory<byte> block, bool isLast)
    {
        if (!flags.HasFlag(FrameFlags.EndHeaders))
            _partial = (id, block.ToArray(), isLast);
        else
            Find(id)?.OnHeaders(HeaderBlock.Read(block.Span), isLast);
    }

    private Http2Stream? Find(int id) => id != 0 ? _streams.GetValueOrDefault(id) : throw new Http2Exception("a frame of a stream without its number");

    private static ReadOnlyMemory<byte> Unpad(FrameFlags flags, ReadOnlyMemory<byte> payload)
    {
        if (!flags.HasFlag(FrameFlags.Padded))
            return payload;
        int padding = payload.Length > 0 ? payload.Span[0] : 0;
        return padding < payload.Length ? payload[1..^padding] : throw new Http2Exception("a frame with more padding than it has bytes");
    }

    private void Apply(ReadOnlySpan<byte> settings)
    {
        for (; settings.Length >= 6; settings = settings[6..])
        {
            uint value = BinaryPrimitives.ReadUInt32BigEndian(settings[2..]);
            switch (BinaryPrimitives.ReadUInt16BigEndian(settings))
            {
                case InitialWindowSize:
                    if (value > int.MaxValue)
                        throw new Http2Exception("a window that can't be");
                    lock (_opening)
                    {
                        long change = value - (long)_initialWindow;
                        _initialWindow = (int)value;
                        foreach (Http2Stream stream in _streams.Values)
                            stream.Window.Add(change);
                    }
                    break;
                case MaxFrameSize:
                    _maxFrame = value is >= MaxFrame and < 1 << 24 ? (int)value : throw new Http2Exception("a frame size that can't be");
                    break;
            }
        }
    }

    private async ValueTask ConsumedAsync(int bytes)
    {
        _consumed += bytes;
        if (_consumed < ConnectionWindow / 2)
            return;
        int room = _consumed;
        _consumed = 0;
        await SendWindowAsync(0, room).ConfigureAwait(false);
    }

    private async Task SendAsync(FrameType type, FrameFlags flags, int id, ReadOnlyMemory<byte> payload, CancellationToken ct)
    {
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            await WriteAsync(type, flags, id, payload).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    // What nobody waits for: where it can't be sent, the reader sees the end too.
    private async Task TrySendAsync(FrameType type, int id, byte[] payload, FrameFlags flags = FrameFlags.None)
    {
        try
        {
            await SendAsync(type, flags, id, payload, _ended.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is Http2Exception or OperationCanceledException)
        {
        }
    }

    // Whoever gives up its call doesn't cut a frame in two: only the connection's end does.
    private async Task WriteAsync(FrameType type, FrameFlags flags, int id, ReadOnlyMemory<byte> payload)
    {
        var frame = new byte[HeaderLength + payload.Length];
        (frame[0], frame[1], frame[2]) = ((byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length);
        (frame[3], frame[4]) = ((byte)type, (byte)flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), id);
        payload.CopyTo(frame.AsMemory(HeaderLength));
        if (!await _connection.TryWriteAsync(frame, _ended.Token).ConfigureAwait(false))
            throw new Http2Exception("the client is gone");
    }

    private async ValueTask<bool> ReadAsync(Memory<byte> into, CancellationToken ct)
    {
        for (int count = 0; count < into.Length;)
        {
            int read = await _connection.ReadAsync(into[count..], ct).ConfigureAwait(false);
            if (read == 0)
                return false;
            count += read;
        }
        return true;
    }
}
