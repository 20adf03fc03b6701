using Slipway.Api.BuildKit.Graphs;
using Slipway.Api.Grpc;
using Slipway.Api.Protobuf;
using Slipway.Build.Cache;
using Slipway.Oci;

namespace Slipway.Api.BuildKit;

/// <summary>moby.buildkit.v1.Control: builds as a whole, and what they keep.</summary>
internal sealed class ControlService(WaitingTable<SolveJob> jobs, WaitingTable<Session> sessions, BuildHistory history)
{
    private const string Name = "moby.buildkit.v1.Control";
    private static readonly TimeSpan s_memory = TimeSpan.FromSeconds(10);

    public void AddTo(GrpcTable table)
    {
        table.Add(Name, "ListWorkers", static call => call.WriteAsync(new ProtoWriter().Message(1, Workers.Record(call.Services))));
        table.Add(Name, "Info", static call => call.WriteAsync(new ProtoWriter().Message(1, Workers.Version(call.Services))));
        table.Add(Name, "Solve", SolveAsync);
        table.Add(Name, "Status", StatusAsync);
        table.Add(Name, "Session", SessionAsync);
        table.Add(Name, "DiskUsage", DiskUsageAsync);
        table.Add(Name, "Prune", PruneAsync);
        table.Add(Name, "ListenBuildHistory", history.ListenAsync);
        table.Add(Name, "UpdateBuildHistory", history.UpdateAsync);
    }

    private async Task SolveAsync(GrpcCall call)
    {
        SolveRequest request = SolveRequest.Read(await call.RequestAsync().ConfigureAwait(false));
        var job = new SolveJob(request.Ref, request.Session, request.Outputs, request.Entitlements, request.CacheImports);
        jobs.Add(job.Name, job);
        using IDisposable running = call.Services.Builds.Add(job.Name, job.Cancelled);
        // What a client only asks on its way to a build is none.
        BuildHistory.Entry? begun = request.IsInternal ? null : history.Begin(request);
        GrpcException? error = new(GrpcCode.Cancelled, "context canceled");
        try
        {
            if (request.Frontend.Length > 0)
            {
                Session session = await sessions.GetAsync(request.Session, call.Gone).ConfigureAwait(false);
                await new SolveRun(call.Services.Engine, job, session, SolveOptions.Read(request.Frontend, GraphInputs.Apply(request.Attributes, request.Inputs))).RunAsync(call.Gone).ConfigureAwait(false);
            }
            else
            {
                // Without a graph the client drives the frontend by calls of its own, and says when it is done. An empty one is a result: whoever sends it says nothing more.
                string result = request.Graph is { } graph
                    ? await GraphSolve.RunAsync(call, job, GraphReader.Read(graph) ?? GraphResult.Nothing).ConfigureAwait(false)
                    : await job.Returned.WaitAsync(call.Gone).ConfigureAwait(false);
                await GraphSolve.ExportAsync(call, job, sessions, result).ConfigureAwait(false);
            }
            error = null;
            await call.WriteAsync(new ProtoWriter().Map(1, job.Response)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is GrpcException or SlipwayException)
        {
            error = e as GrpcException ?? new(GrpcServer.CodeOf(e), Wire.ApiError.MessageOf(e));
            throw;
        }
        finally
        {
            if (begun is not null)
                history.End(begun, job.Response, error);
            job.Dispose();
            Forget(job, call.Services.Engine.Options.Clock);
        }
    }

    // The same as docker's /session, for who has no other way to this daemon than calls: its headers come with the call.
    private Task SessionAsync(GrpcCall call)
    {
        Session.Require(call.Header);
        return MessageStream.RunAsync(call, stream => Session.ServeAsync(sessions, call.Headers, stream, call.Gone));
    }

    // What is over may be faster than the call that wants to be told of it, and a client takes it for a failure where there is nothing to be told.
    private void Forget(SolveJob job, TimeProvider clock)
    {
        if (job.Status.IsRead)
            jobs.Remove(job.Name);
        else
            _ = Task.Delay(s_memory, clock).ContinueWith(_ => jobs.Remove(job.Name), TaskScheduler.Default);
    }

    private async Task StatusAsync(GrpcCall call)
    {
        string name = "";
        for (var reader = new ProtoReader(await call.RequestAsync().ConfigureAwait(false)); reader.Next();)
        {
            if (reader.Field == 1)
                name = reader.Text;
        }
        SolveJob job = await jobs.GetAsync(name, call.Gone).ConfigureAwait(false);
        await foreach (ProtoWriter status in job.Status.ReadAsync(call.Gone).ConfigureAwait(false))
            await call.WriteAsync(status).ConfigureAwait(false);
    }

    private static async Task DiskUsageAsync(GrpcCall call)
    {
        CacheRequest request = CacheRequest.ReadUsage(await call.RequestAsync().ConfigureAwait(false));
        var answer = new ProtoWriter();
        IReadOnlyList<CacheRecord> all = call.Services.Engine.Builds.Cache.List();
        // The rules choose what may go, and here also what is in use is asked for.
        HashSet<Digest> chosen = [.. (request.Rules with { All = true }).Choose([.. all.Select(r => r with { IsInUse = false })], call.Services.Engine.Options.Clock.GetUtcNow()).Select(r => r.Key)];
        foreach (CacheRecord record in all.Where(r => chosen.Contains(r.Key)))
            answer.Message(1, CacheRequest.Of(record));
        await call.WriteAsync(answer).ConfigureAwait(false);
    }

    private static async Task PruneAsync(GrpcCall call)
    {
        CacheRequest request = CacheRequest.ReadPrune(await call.RequestAsync().ConfigureAwait(false));
        CachePruned pruned = call.Services.Engine.Builds.Prune(request.Rules, call.Gone);
        foreach (CacheRecord record in pruned.Records)
            await call.WriteAsync(CacheRequest.Of(record)).ConfigureAwait(false);
    }
}
