namespace Slipway.Api.Streams;

/// <summary>
/// Clients that are being sent a container's output. Who waits for the container's end is told once they have all of it, as by dockerd: clients
/// look at what they have read as soon as they are told.
/// </summary>
internal sealed class LiveAttachments
{
    // One that doesn't read keeps nobody for ever; dockerd's patience, too.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Task>> _running = new(StringComparer.Ordinal);

    /// <summary>Notes a delivery for as long as it runs.</summary>
    /// <param name="id">The container.</param>
    /// <param name="deliver">Begins it.</param>
    public async Task RunAsync(string id, Func<Task> deliver)
    {
        // Noted before it begins: a container may have ended by then.
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (!_running.TryGetValue(id, out var tasks))
                _running[id] = tasks = [];
            tasks.Add(done.Task);
        }
        try
        {
            await deliver().ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                if (_running.TryGetValue(id, out var tasks) && tasks.Remove(done.Task) && tasks.Count == 0)
                    _running.Remove(id);
            }
            done.SetResult();
        }
    }

    /// <summary>Waits, a little, until all that a container printed has been sent; it has ended.</summary>
    public async Task SettleAsync(string id)
    {
        Task[] running;
        lock (_gate)
            running = _running.TryGetValue(id, out var tasks) ? [.. tasks] : [];
        if (running.Length > 0)
            await Task.WhenAny(Task.WhenAll(running), Task.Delay(s_patience)).ConfigureAwait(false);
    }
}
