using System.Collections.Concurrent;
using System.Security.Cryptography;
using Slipway.Api.BuildKit.Graphs;
using Slipway.Api.Grpc;

namespace Slipway.Api.BuildKit;

/// <summary>
/// One build of a client's, under the name that the client gave it. Three calls meet here: Control.Solve, which waits for the end and says where the result
/// goes; Control.Status, which is told what happens; and the frontend's, which makes the image and returns it.
/// </summary>
internal sealed class SolveJob(string name, string session, IReadOnlyList<SolveOutput> outputs, IReadOnlyList<string> entitlements, IReadOnlyList<string> cacheImports) : IDisposable
{
    private readonly CancellationTokenSource _cancelled = new();
    private readonly TaskCompletionSource<string> _returned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, GraphTree> _trees = new(StringComparer.Ordinal);
    private int _made;

    public string Name { get; } = name;

    /// <summary>The session that its files are in.</summary>
    public string Session { get; } = session;

    /// <summary>Where the result goes.</summary>
    public IReadOnlyList<SolveOutput> Outputs { get; } = outputs;

    /// <summary>Rights beyond the usual that the client allows.</summary>
    public IReadOnlyList<string> Entitlements { get; } = entitlements;

    /// <summary>Where the client would have results of earlier builds from, by names for people.</summary>
    public IReadOnlyList<string> CacheImports { get; } = cacheImports;

    /// <summary>What happens.</summary>
    public StatusLog Status { get; } = new();

    /// <summary>What is told of the result: digests and names, by BuildKit's keys.</summary>
    public Dictionary<string, string> Response { get; } = new(StringComparer.Ordinal);

    /// <summary>Cancelled when nobody waits for the build any more, or somebody ends it by its name.</summary>
    public CancellationTokenSource Cancelled => _cancelled;

    /// <summary>Completes when the client says that it has what it wants, or fails as it says: with the name of the result, or an empty one.</summary>
    public Task<string> Returned => _returned.Task;

    /// <summary>The client has what it wants.</summary>
    public void Return(string result) => _returned.TrySetResult(result);

    /// <summary>A name that no other result has.</summary>
    public static string NewResult() => RandomNumberGenerator.GetHexString(25, lowercase: true);

    /// <summary>A name for the steps of one run, which no other's have.</summary>
    public string NewRun() => $"{Name}/{Interlocked.Increment(ref _made)}";

    /// <summary>Keeps what a graph came to, until the build is over.</summary>
    /// <returns>Its name.</returns>
    public string Keep(GraphTree tree)
    {
        string name = NewResult();
        _trees[name] = tree;
        // The end may have come meanwhile.
        if (_cancelled.IsCancellationRequested)
            Release();
        return name;
    }

    /// <summary>What a graph came to; null: the result is none of a graph's.</summary>
    public GraphTree? FindTree(string result) => _trees.GetValueOrDefault(result);

    /// <summary>The client says that it went wrong.</summary>
    public void Return(GrpcException error) => _returned.TrySetException(error);

    /// <summary>It is over, in whatever way.</summary>
    public void Dispose()
    {
        Status.End();
        // Not disposed: a build that still ends holds its token.
        _cancelled.Cancel();
        Release();
    }

    private void Release()
    {
        foreach (string name in _trees.Keys)
        {
            if (_trees.TryRemove(name, out GraphTree? tree))
                tree.Dispose();
        }
    }
}
