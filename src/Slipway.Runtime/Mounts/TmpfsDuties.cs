using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Mounts;
using Slipway.Linux.Processes;

namespace Slipway.Runtime.Mounts;

/// <summary>
/// What a child can't do for a tmpfs that it makes: text out of a number, and walking a tree. It waits, and its descriptors are worked on
/// here; they know their mounts, whatever namespace those are in.
/// </summary>
internal sealed class TmpfsDuties : IDisposable
{
    private SafeFd? _covered;

    /// <summary>Takes the directory that will be covered; none where it had to be made.</summary>
    public void Cover(ChildWaiting child)
    {
        _covered?.Dispose();
        _covered = child.Detail < 0 ? null : PidFd.Copy(child.Child.PidFd, child.Detail);
    }

    /// <summary>A tmpfs has the mode of what it covers, unless told otherwise.</summary>
    public void Configure(ChildWaiting child)
    {
        if (_covered is null)
            return;
        using SafeFd context = PidFd.Copy(child.Child.PidFd, child.Detail);
        FsContext.Configure(context, "mode", Convert.ToString(_covered.Status().Mode, 8));
    }

    /// <summary>Copies what is covered into the tmpfs (config.md#mounts, <c>tmpcopyup</c>).</summary>
    public void Fill(ChildWaiting child)
    {
        if (_covered is null)
            return;
        using var target = new DirFd(PidFd.Copy(child.Child.PidFd, child.Detail));
        using var covered = new DirFd(_covered);
        _covered = null;
        using DirFd source = covered.Reopen();
        FileStatus status = source.Status();
        target.Handle.SetOwner(status.Uid, status.Gid);
        TreeCopy.Copy(source, target);
    }

    public void Dispose() => _covered?.Dispose();
}
