using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Linux.Sockets;

namespace Slipway.Runtime.Launching;

/// <summary>Starts slip-runtime processes and reaps those that have ended while we live; the others are init's when we end.</summary>
internal sealed class RuntimeSpawner(string executable) : IDisposable
{
    /// <summary>The descriptor at which slip-runtime finds its launch socket: after 0, 1 and 2, which are /dev/null.</summary>
    public const int LaunchSocket = 3;

    // For the exit command's sake; slip-runtime itself searches nothing.
    private static readonly string[] s_environment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"];

    private readonly Lock _guard = new();
    private readonly List<SafeFd> _children = [];
    private SafeFd? _image;

    /// <summary>Starts one; our end of its launch socket.</summary>
    public SafeFd Spawn(string verb)
    {
        (SafeFd ours, SafeFd theirs) = UnixSocket.Pair();
        using (theirs)
        {
            try
            {
                using SafeFd nothing = FdIo.OpenNull();
                lock (_guard)
                {
                    ReapEnded();
                    _image ??= ExecutableImage.Open(executable);
                    int pid = SpawnLocked(verb, nothing, theirs);
                    if (PidFd.TryOpen(pid) is { } child)
                        _children.Add(child);
                }
                return ours;
            }
            catch
            {
                ours.Dispose();
                throw;
            }
        }
    }

    public void Dispose()
    {
        lock (_guard)
        {
            ReapEnded();
            _children.ForEach(child => child.Dispose());
            _children.Clear();
            _image?.Dispose();
        }
    }

    private int SpawnLocked(string verb, SafeFd nothing, SafeFd socket) =>
        Linux.Processes.Spawn.StartImage(_image!, ["slip-runtime", verb], s_environment, [nothing, nothing, nothing, socket], newSession: true);

    private void ReapEnded()
    {
        for (int i = _children.Count - 1; i >= 0; i--)
        {
            if (PidFd.TryReap(_children[i]) is null)
                continue;
            _children[i].Dispose();
            _children.RemoveAt(i);
        }
    }
}
