using Slipway.Api.Grpc;
using Slipway.Oci;

namespace Slipway.Api.BuildKit.Graphs;

/// <summary>A graph in a build of a client's: its files are the build's for as long as that lasts, and may be its result.</summary>
internal static class GraphSolve
{
    /// <summary>Brings what a graph comes to.</summary>
    /// <returns>The result's name.</returns>
    /// <exception cref="SlipwayException">What a fetch says.</exception>
    public static async Task<string> RunAsync(GrpcCall call, SolveJob job, GraphResult result)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(call.Gone, job.Cancelled.Token);
        var progress = new SolveProgress(job.Status, job.NewRun(), () => default, call.Services.Engine.Options.Clock);
        return job.Keep(await new GraphRun(call.Services.Engine, progress).RunAsync(result, either.Token).ConfigureAwait(false));
    }

    /// <summary>Brings a result to where the build's outputs say, where it is a graph's: what the frontend made is there already.</summary>
    /// <exception cref="SlipwayException">NotSupported: an output that it can't go to.</exception>
    public static async Task ExportAsync(GrpcCall call, SolveJob job, WaitingTable<Session> sessions, string result)
    {
        if (job.FindTree(result) is not { } tree)
            return;
        foreach ((SolveOutput output, int number) in job.Outputs.Select((output, number) => (output, number)))
        {
            if (output.Type is "" or "cacheonly")
                continue;
            if (!output.IsDirectory)
                throw GraphReader.NotServed($"its result as {Linux.Printable.Escape(output.Type)} (type=local is)");
            Session session = await sessions.GetAsync(job.Session, call.Gone).ConfigureAwait(false);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(call.Gone, job.Cancelled.Token, session.Ended);
            await FileSender.SendDirectoryAsync(session, number, tree.Directory, either.Token).ConfigureAwait(false);
        }
    }
}
