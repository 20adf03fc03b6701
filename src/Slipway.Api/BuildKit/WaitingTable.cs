using Slipway.Api.Grpc;

namespace Slipway.Api.BuildKit;

/// <summary>Things by name, for callers that may come a moment before the thing does: a session's and a build's calls are on connections of their own.</summary>
internal sealed class WaitingTable<T>(string kind)
    where T : class
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, T> _there = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (TaskCompletionSource<T> Came, int Waiting)> _wanted = new(StringComparer.Ordinal);

    /// <exception cref="GrpcException">AlreadyExists: another one has that name.</exception>
    public void Add(string name, T thing)
    {
        lock (_gate)
        {
            if (!_there.TryAdd(name, thing))
                throw new GrpcException(GrpcCode.AlreadyExists, $"{kind} {Linux.Printable.Escape(name)} is there already");
            if (_wanted.Remove(name, out var wanted))
                wanted.Came.TrySetResult(thing);
        }
    }

    public void Remove(string name)
    {
        lock (_gate)
            _there.Remove(name);
    }

    /// <summary>The thing of that name, as soon as it is there.</summary>
    /// <exception cref="GrpcException">NotFound: it didn't come.</exception>
    public async Task<T> GetAsync(string name, CancellationToken ct)
    {
        Task<T> came;
        lock (_gate)
        {
            if (_there.TryGetValue(name, out T? thing))
                return thing;
            var wanted = _wanted.GetValueOrDefault(name, (new(TaskCreationOptions.RunContinuationsAsynchronously), 0));
            _wanted[name] = (wanted.Came, wanted.Waiting + 1);
            came = wanted.Came.Task;
        }
        try
        {
            return await came.WaitAsync(s_patience, ct).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new GrpcException(GrpcCode.NotFound, $"no such {kind}: {Linux.Printable.Escape(name)}");
        }
        finally
        {
            lock (_gate)
            {
                if (_wanted.TryGetValue(name, out var wanted))
                {
                    if (wanted.Waiting == 1)
                        _wanted.Remove(name);
                    else
                        _wanted[name] = (wanted.Came, wanted.Waiting - 1);
                }
            }
        }
    }
}
