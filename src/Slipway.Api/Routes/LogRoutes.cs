using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Slipway.Api.Routing;
using Slipway.Api.Streams;
using Slipway.Api.Wire;
using Slipway.Engine.Containers;
using Slipway.Engine.Filters;
using Slipway.Runtime.Logs;

namespace Slipway.Api.Routes;

/// <summary>What a container printed.</summary>
internal static class LogRoutes
{
    private static readonly TimeSpan s_young = TimeSpan.FromMilliseconds(150);

    private const int FlushAt = 64 * 1024, HeaderSize = 8;

    public static void Add(RouteTable routes) => routes.Get("containers/*/logs", LogsAsync);

    private static async Task LogsAsync(ApiRequest request)
    {
        bool stdout = request.Flag("stdout"), stderr = request.Flag("stderr");
        if (!stdout && !stderr)
            throw ApiException.BadRequest("Bad parameters: you must choose at least one stream");
        ContainerRecord record = request.Engine.Containers.Get(request.Value());
        LogQuery query = ReadQuery(request);
        if (!request.Flag("follow"))
            await HearOutAsync(request, record).ConfigureAwait(false);
        // As docker, where there are none too: who reads lines takes them apart at the space.
        string prefix = request.Flag("details") ? record.Request.Log.Details(record.Request) + " " : "";
        var form = new Form(record.Request.Terminal, request.Flag("timestamps"), prefix);
        CancellationToken gone = request.Gone;
        PipeWriter body = request.Http.Response.BodyWriter;
        // Asked for before the head is sent: what can't be read has a status of its own.
        IEnumerable<LogEntry> entries = request.Engine.Containers.Logs(record.Id, query with { Waiting = () => Flush(body) }, request.Flag("follow"), gone);
        request.Http.Response.ContentType = Hijack.TypeOf(request, record.Request.Terminal);
        await request.Http.Response.StartAsync().ConfigureAwait(false);
        await body.FlushAsync().ConfigureAwait(false);
        await Blocking.RunAsync(() =>
        {
            try
            {
                foreach (LogEntry entry in entries)
                {
                    if (!(entry.Stream is LogStream.Stderr ? stderr : stdout))
                        continue;
                    form.Write(body, entry);
                    if (body.UnflushedBytes >= FlushAt)
                        Flush(body);
                }
            }
            catch (OperationCanceledException) when (gone.IsCancellationRequested)
            {
                // The client went.
            }
        }).ConfigureAwait(false);
    }

    // Who starts a container and asks at once expects what a short command prints: by dockerd it has ended by then, since a start takes longer there.
    private static async Task HearOutAsync(ApiRequest request, ContainerRecord record)
    {
        if (!record.IsRunning || record.StartedAt is not { } start || s_young - (request.Engine.Options.Clock.GetUtcNow() - start) is not { Ticks: > 0 } left || left > s_young)
            return;
        using var patience = new CancellationTokenSource(left);
        try
        {
            await new ContainerWait(request.Engine, request.Services.Events).BeginAsync(record.Id, WaitCondition.NotRunning, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // It goes on: what there is until now is the answer.
        }
        catch (Slipway.Oci.SlipwayException)
        {
            // Gone meanwhile: whoever reads its log says so.
        }
    }

    private static LogQuery ReadQuery(ApiRequest request)
    {
        DateTimeOffset now = request.Engine.Options.Clock.GetUtcNow();
        return new()
        {
            // As docker: what is no number, "all" above all, is all.
            Tail = int.TryParse(request.Query("tail"), NumberStyles.None, CultureInfo.InvariantCulture, out int tail) ? tail : null,
            Since = request.Query("since") is { Length: > 0 } and not "0" and var since ? FilterList.ReadTime("since", since, now) : null,
            Until = request.Query("until") is { Length: > 0 } and not "0" and var until ? FilterList.ReadTime("until", until, now) : null,
        };
    }

    // The thread is its own: waiting for a client who reads slowly keeps nobody else.
    private static void Flush(PipeWriter body)
    {
        if (body.FlushAsync().AsTask().GetAwaiter().GetResult().IsCompleted)
            throw new IOException("the client is gone");
    }

    // How a record is written: in a frame of its stream, unless it is a terminal's.
    private readonly record struct Form(bool Raw, bool Timestamps, string Prefix)
    {
        public void Write(PipeWriter to, LogEntry entry)
        {
            string head = (Timestamps ? entry.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff00'Z '", CultureInfo.InvariantCulture) : "") + Prefix;
            int length = Encoding.UTF8.GetByteCount(head) + entry.Text.Length;
            Span<byte> place = to.GetSpan(HeaderSize + length);
            int at = 0;
            if (!Raw)
            {
                System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(place, (uint)entry.Stream << 24);
                System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(place[4..], (uint)length);
                at = HeaderSize;
            }
            at += Encoding.UTF8.GetBytes(head, place[at..]);
            entry.Text.Span.CopyTo(place[at..]);
            to.Advance(at + entry.Text.Length);
        }
    }
}
