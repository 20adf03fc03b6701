using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Store.Gc;

namespace Slipway.Engine.Disk;

/// <summary>Lets a <c>slip</c> of its own remove what an <c>rmi</c> took away, so that the caller need not wait for the disk.</summary>
internal sealed class BackgroundRemover(EngineOptions options) : IBackgroundRemover
{
    /// <inheritdoc/>
    public bool TryStart(string staging, SafeFd stagingLock, string lease, SafeFd leaseLock)
    {
        if (options.CliPath is not { } program)
            return false;
        try
        {
            using SafeFd nothing = FdIo.OpenNull();
            string[] command = [program, "--data-root", options.DataRoot, "--run-root", options.RunRoot, "system", "finish-removal", staging, lease];
            // Nobody waits for it: it is init's when we end.
            Spawn.Start(program, command, [], [nothing, nothing, nothing, stagingLock, leaseLock], newSession: true);
            return true;
        }
        catch (LinuxException)
        {
            return false;
        }
    }
}
