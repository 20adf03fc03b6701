using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Oci;
using Slipway.Runtime.Cgroups;

namespace Slipway.Runtime.Lifecycle;

/// <summary>What happens to a container while it runs, as documents of <c>events</c>.</summary>
public static class ContainerEvents
{
    private const int AgainMilliseconds = 10;

    /// <summary>What it has used until now.</summary>
    /// <exception cref="SlipwayException">NotFound; Conflict when it has ended.</exception>
    public static byte[] Statistics(RuntimeRoot root, string id)
    {
        using RuntimeContainer container = Look(root, id);
        return ContainerEventJson.Stats(container.Id, container.Cgroup.Statistics());
    }

    /// <summary>Hands out its statistics at each interval, and when memory ran out; returns when it has ended.</summary>
    /// <param name="root">Where containers are kept.</param>
    /// <param name="id">The container.</param>
    /// <param name="interval">Longer than nothing.</param>
    /// <param name="take">Takes a document; false ends it.</param>
    /// <exception cref="SlipwayException">NotFound; Conflict when it has ended already.</exception>
    public static void Follow(RuntimeRoot root, string id, TimeSpan interval, Func<byte[], bool> take)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        using RuntimeContainer container = Look(root, id);
        using SafeFd? process = container.OpenProcess();
        if (process is null)
            return;
        using OomWatch? memory = OomWatch.TryOpen(container.Cgroup);
        long pause = (long)Math.Ceiling(Math.Min(interval.TotalMilliseconds, int.MaxValue)), next = Environment.TickCount64 + pause;
        Span<PollEntry> entries = [new PollEntry(process.Number, PollEvents.Readable), new PollEntry(memory?.Signal.Number ?? -1, PollEvents.Readable)];
        while (true)
        {
            long wait = Math.Max(0, next - Environment.TickCount64);
            Poller.Wait(entries, (int)(memory?.IsUnsure == true ? Math.Min(wait, AgainMilliseconds) : wait));
            // Before its end: what memory ran out for may be the end.
            if (memory?.Happened() == true && !take(ContainerEventJson.Oom(container.Id)))
                return;
            if (entries[0].CanRead)
                return;
            if (Environment.TickCount64 < next)
                continue;
            if (!take(ContainerEventJson.Stats(container.Id, container.Cgroup.Statistics())))
                return;
            next = Environment.TickCount64 + pause;
        }
    }

    // Without its lock: it may take long.
    private static RuntimeContainer Look(RuntimeRoot root, string id)
    {
        RuntimeContainer container = RuntimeContainer.Look(root, id);
        if (container.Status() != ContainerStatus.Stopped)
            return container;
        container.Dispose();
        throw new SlipwayException(ErrorKind.Conflict, $"container not running: \"{container.Id}\"");
    }
}
