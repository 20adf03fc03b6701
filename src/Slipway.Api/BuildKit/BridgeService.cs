using Slipway.Api.BuildKit.Graphs;
using Slipway.Api.Grpc;
using Slipway.Api.Protobuf;

namespace Slipway.Api.BuildKit;

/// <summary>moby.buildkit.v1.frontend.LLBBridge: how a client drives the frontend of a build that it has begun with Control.Solve.</summary>
internal sealed class BridgeService(WaitingTable<SolveJob> jobs, WaitingTable<Session> sessions)
{
    private const string Name = "moby.buildkit.v1.frontend.LLBBridge", BuildId = "buildkit-controlapi-buildid";

    // What we can of the frontend's interface; and of the graphs that a frontend makes, those that a client looks for before it uses what ours has.
    private static readonly string[] s_frontend = ["solve.base", "solve.inlinereturn", "return", "returnmap", "proto.refarray", "gateway.solve.evaluate", "gateway.solve.metadata", "gateway.evaluate", "frontend.inputs", "readfile", "readdir", "statfile"];

    private static readonly string[] s_graphs =
    [
        "source.image", "source.image.resolvemode", "source.local", "source.local.unique", "source.local.sessionid", "source.local.includepatterns", "source.local.followpaths",
        "source.local.excludepatterns", "source.local.sharedkeyhint", "source.git", "source.git.keepgitdir", "source.git.fullurl", "source.git.httpauth", "source.git.knownsshhosts", "source.git.mountsshsock", "source.http", "source.http.checksum",
        "exec.meta.base", "exec.meta.network", "exec.meta.proxyenv", "exec.meta.ulimit", "exec.mount.bind", "exec.mount.cache", "exec.mount.cache.sharing", "exec.mount.selector",
        "exec.mount.tmpfs", "exec.mount.secret", "exec.mount.ssh", "file.base", "constraints", "platform", "meta.ignorecache", "meta.description", "exporter.multiple",
    ];

    public void AddTo(GrpcTable table)
    {
        table.Add(Name, "Ping", PingAsync);
        table.Add(Name, "Solve", SolveAsync);
        table.Add(Name, "Return", ReturnAsync);
        table.Add(Name, "Evaluate", EvaluateAsync);
        table.Add(Name, "ReadFile", ReadFileAsync);
        table.Add(Name, "StatFile", StatFileAsync);
        table.Add(Name, "ReadDir", ReadDirAsync);
    }

    private static Task PingAsync(GrpcCall call)
    {
        var pong = new ProtoWriter();
        foreach (string id in s_frontend)
            pong.Message(1, new ProtoWriter().Text(1, id).Flag(2, true));
        foreach (string id in s_graphs)
            pong.Message(2, new ProtoWriter().Text(1, id).Flag(2, true));
        return call.WriteAsync(pong.Message(3, Workers.Record(call.Services)));
    }

    private async Task SolveAsync(GrpcCall call)
    {
        SolveRequest request = SolveRequest.ReadBridge(await call.RequestAsync().ConfigureAwait(false));
        SolveJob job = await JobOfAsync(call).ConfigureAwait(false);
        var result = new ProtoWriter();
        // Without a frontend and a graph it is nothing, which clients ask for to see what we can.
        if (request.Frontend.Length == 0)
        {
            string? name = request.Graph is { } graph && GraphReader.Read(graph) is { } files ? await GraphSolve.RunAsync(call, job, files).ConfigureAwait(false) : null;
            result.Message(3, new ProtoWriter().Text(1, name));
        }
        else
        {
            Session session = await sessions.GetAsync(job.Session, call.Gone).ConfigureAwait(false);
            IReadOnlyDictionary<string, byte[]> answer = await new SolveRun(call.Services.Engine, job, session, SolveOptions.Read(request.Frontend, GraphInputs.Apply(request.Attributes, request.Inputs))).RunAsync(call.Gone).ConfigureAwait(false);
            if (answer.Count == 0)
                result.Message(3, new ProtoWriter().Text(1, SolveJob.NewResult()));
            foreach ((string name, byte[] value) in answer)
                result.Message(10, new ProtoWriter().Text(1, name).Bytes(2, value));
        }
        await call.WriteAsync(new ProtoWriter().Message(3, result)).ConfigureAwait(false);
    }

    private async Task ReturnAsync(GrpcCall call)
    {
        byte[] message = await call.RequestAsync().ConfigureAwait(false);
        SolveJob job = await JobOfAsync(call).ConfigureAwait(false);
        if (ErrorOf(message) is { } error)
            job.Return(error);
        else
            job.Return(ResultOf(message));
        await call.WriteAsync(new ProtoWriter()).ConfigureAwait(false);
    }

    // moby.buildkit.v1.frontend.ReturnRequest with a google.rpc.Status, which goes back to the call that waits, as it is.
    private static GrpcException? ErrorOf(ReadOnlySpan<byte> message)
    {
        for (var reader = new ProtoReader(message); reader.Next();)
        {
            if (reader.Field != 2)
                continue;
            (int code, string text) = ((int)GrpcCode.Unknown, "");
            for (var status = new ProtoReader(reader.Bytes); status.Next();)
            {
                if (status.Field == 1)
                    code = (int)status.Number;
                else if (status.Field == 2)
                    text = status.Text;
            }
            return new((GrpcCode)code, text, reader.Bytes.ToArray());
        }
        return null;
    }

    // moby.buildkit.v1.frontend.Result: a result of its own, by the older field or the newer; those of several platforms are none of a graph's.
    private static string ResultOf(ReadOnlySpan<byte> message)
    {
        string name = "";
        for (var reader = new ProtoReader(message); reader.Next();)
        {
            for (var result = new ProtoReader(reader.Field == 1 ? reader.Bytes : default); result.Next();)
            {
                if (result.Field == 1)
                    name = result.Text;
                for (var one = new ProtoReader(result.Field == 3 ? result.Bytes : default); one.Next();)
                {
                    if (one.Field == 1)
                        name = one.Text;
                }
            }
        }
        return name;
    }

    // It was made when it was asked for.
    private static Task EvaluateAsync(GrpcCall call) => call.WriteAsync(new ProtoWriter());

    private async Task ReadFileAsync(GrpcCall call)
    {
        ReadRequest request = ReadRequest.Read(await call.RequestAsync().ConfigureAwait(false));
        GraphTree tree = await TreeOfAsync(call, request).ConfigureAwait(false);
        await call.WriteAsync(new ProtoWriter().Bytes(1, tree.Read(request.Path, request.Range.Offset, request.Range.Length))).ConfigureAwait(false);
    }

    private async Task StatFileAsync(GrpcCall call)
    {
        ReadRequest request = ReadRequest.Read(await call.RequestAsync().ConfigureAwait(false));
        GraphTree tree = await TreeOfAsync(call, request).ConfigureAwait(false);
        await call.WriteAsync(new ProtoWriter().Message(1, tree.Status(request.Path))).ConfigureAwait(false);
    }

    private async Task ReadDirAsync(GrpcCall call)
    {
        ReadRequest request = ReadRequest.Read(await call.RequestAsync().ConfigureAwait(false));
        GraphTree tree = await TreeOfAsync(call, request).ConfigureAwait(false);
        var answer = new ProtoWriter();
        foreach (ProtoWriter entry in tree.List(request.Path, request.Pattern))
            answer.Message(1, entry);
        await call.WriteAsync(answer).ConfigureAwait(false);
    }

    private async Task<GraphTree> TreeOfAsync(GrpcCall call, ReadRequest request) => (await JobOfAsync(call).ConfigureAwait(false)).FindTree(request.Result)
        ?? throw new GrpcException(GrpcCode.NotFound, $"no such result: {Linux.Printable.Escape(request.Result)}; files are read out of what a graph brings, not out of images");

    private Task<SolveJob> JobOfAsync(GrpcCall call) => jobs.GetAsync(call.Header(BuildId), call.Gone);
}
