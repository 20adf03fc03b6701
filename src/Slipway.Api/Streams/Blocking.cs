namespace Slipway.Api.Streams;

/// <summary>
/// Work that waits in the kernel for long: a container's end, the next line of a log. It has a thread of its own, so that however many wait,
/// the pool's threads are there for those who don't.
/// </summary>
internal static class Blocking
{
    // Waiting takes little: what a thread never touches of its stack costs nothing, but this bounds what it may.
    private const int StackBytes = 512 << 10;

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
        }, StackBytes)
        { IsBackground = true };
        thread.Start();
        return done.Task;
    }
}
