using System.Threading.Channels;
using Slipway.Api.Grpc;
using Slipway.Build.Context;
using Slipway.Linux.Files;

namespace Slipway.Api.BuildKit;

/// <summary>
/// Brings a directory of a client's (moby.filesync.v1.FileSync): (1) the client describes every entry, (2) we ask for the files that we haven't got so,
/// as soon as they are described, (3) it sends those, several at once, (4) we say that all is there, and it agrees.
/// </summary>
internal static class FileReceiver
{
    private const string Method = "/moby.filesync.v1.FileSync/DiffCopy";
    private const int TellAfter = 1 << 20;

    /// <summary>Makes a directory the same as the client's.</summary>
    /// <param name="session">Whose.</param>
    /// <param name="name">What the client calls the directory: <c>context</c>, <c>dockerfile</c>.</param>
    /// <param name="paths">Which of its files; null: all.</param>
    /// <param name="excludes">Patterns of what to leave out.</param>
    /// <param name="into">Our directory.</param>
    /// <param name="report">Hears how many bytes came, and whether that is all.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task ReceiveAsync(Session session, string name, IReadOnlyList<string>? paths, IReadOnlyList<string> excludes, DirFd into, Action<long, bool> report, CancellationToken ct)
    {
        List<KeyValuePair<string, string>> metadata = [];
        Add(metadata, "dir-name", [name]);
        Add(metadata, "followpaths", paths ?? []);
        Add(metadata, "exclude-patterns", excludes);
        await using SessionCall call = await session.CallAsync(Method, metadata, ct).ConfigureAwait(false);
        using var mirror = new ContextMirror(into);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        // Asked in a task of its own: who reads never waits for the client to read.
        var wanted = Channel.CreateUnbounded<int>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        Task asking = AskAsync(call, wanted.Reader, ended.Token);
        try
        {
            await ReadAsync(call, mirror, wanted.Writer, report, ct).ConfigureAwait(false);
            await asking.ConfigureAwait(false);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task ReadAsync(SessionCall call, ContextMirror mirror, ChannelWriter<int> wanted, Action<long, bool> report, CancellationToken ct)
    {
        bool isDescribed = false, isOver = false;
        int count = 0;
        long bytes = 0, told = 0;
        while (await call.ReadAsync(ct).ConfigureAwait(false) is { } message)
        {
            SyncPacket.Parts packet = SyncPacket.Read(message.Span);
            bytes += message.Length;
            if (bytes - told >= TellAfter)
                report(told = bytes, false);
            switch (packet.Kind)
            {
                case SyncPacket.Kind.Stat when isDescribed:
                    throw new GrpcException(GrpcCode.InvalidArgument, "the client describes more files after the last one");
                case SyncPacket.Kind.Stat when !packet.HasStat:
                    mirror.End();
                    isDescribed = true;
                    break;
                case SyncPacket.Kind.Stat:
                    if (mirror.Add(SyncPacket.ReadEntry(packet.Stat)))
                        wanted.TryWrite(count);
                    count++;
                    break;
                case SyncPacket.Kind.Data:
                    mirror.Write(packet.Id, packet.Data);
                    break;
                case SyncPacket.Kind.Finished:
                    isOver = true;
                    break;
                case SyncPacket.Kind.Error:
                    throw SyncPacket.ErrorOf(packet);
                default:
                    throw new GrpcException(GrpcCode.InvalidArgument, $"the client sends a packet of kind {(int)packet.Kind}, which there is not");
            }
            if (isDescribed && mirror.Missing == 0)
                wanted.TryComplete();
        }
        if (!isOver || !isDescribed || mirror.Missing > 0)
            throw new GrpcException(GrpcCode.Unavailable, "the client stopped before all files were there");
        report(bytes, true);
    }

    private static async Task AskAsync(SessionCall call, ChannelReader<int> wanted, CancellationToken ct)
    {
        await foreach (int id in wanted.ReadAllAsync(ct).ConfigureAwait(false))
            await call.WriteAsync(SyncPacket.Of(SyncPacket.Kind.Request, id), ct).ConfigureAwait(false);
        await call.WriteAsync(SyncPacket.Of(SyncPacket.Kind.Finished), ct).ConfigureAwait(false);
        await call.CompleteAsync(ct).ConfigureAwait(false);
    }

    // What a header can't hold as it is goes as a URL's query does, and says so.
    private static void Add(List<KeyValuePair<string, string>> metadata, string name, IReadOnlyList<string> values)
    {
        bool isEncoded = values.Any(value => value.AsSpan().ContainsAnyExceptInRange(' ', '~'));
        foreach (string value in values)
            metadata.Add(new(name, isEncoded ? Uri.EscapeDataString(value) : value));
        if (isEncoded)
            metadata.Add(new(name + "-encoded", "1"));
    }
}
