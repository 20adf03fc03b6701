namespace Slipway.Api.Streams;

/// <summary>
/// Work that waits in the kernel for long: a container's end, the next line of a log. It has a thread of its own, so that however many wait,
/// the pool's threads are there for those who don't.
/// </summary>
internal static class Blocking
{
    // Waiting takes little: what a thread never touches of its stack costs nothing, but this bounds what it may.
    private const int StackBytes = 512 << 10;

    private static readonly Lock s_gate = new();
    private static int s_running;
    private static TaskCompletionSource? s_over;

    /// <summary>Completes when nothing of it goes on; at once where nothing does.</summary>
    public static Task WhenOverAsync()
    {
        lock (s_gate)
            return s_running == 0 ? Task.CompletedTask : (s_over ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    public static Task RunAsync(Action work) => RunAsync(() =>
    {
        work();
        return true;
    });

    public static Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
            finally
            {
                Count(-1);
            }
        }, StackBytes)
        { IsBackground = true };
        Count(+1);
        try
        {
            thread.Start();
        }
        catch
        {
            Count(-1);
            throw;
        }
        return done.Task;
    }

    private static void Count(int change)
    {
        TaskCompletionSource? over = null;
        lock (s_gate)
        {
            s_running += change;
            if (s_running == 0)
                (over, s_over) = (s_over, null);
        }
        over?.SetResult();
    }
}
