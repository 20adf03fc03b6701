using Slipway.Linux;

namespace Slipway.Store.Gc;

/// <summary>Removes what was taken out of place in a process that outlives this one.</summary>
public interface IBackgroundRemover
{
    /// <summary>
    /// Starts a process that calls <see cref="Collector.FinishRemoval"/> with both names. It inherits both descriptors, and with them the
    /// locks on them (flock(2)), so that at no moment anybody takes directory or lease for a dead process's.
    /// </summary>
    /// <param name="staging">Name of the directory under <c>tmp/</c>.</param>
    /// <param name="stagingLock">The directory, locked.</param>
    /// <param name="lease">Id of the lease that tells of the removal should that process be killed.</param>
    /// <param name="leaseLock">The lease's file, locked.</param>
    /// <returns>False where no process can be started: then the caller removes.</returns>
    bool TryStart(string staging, SafeFd stagingLock, string lease, SafeFd leaseLock);
}
