using Slipway.Runtime.Lifecycle;
using Slipway.Runtime.Process;

namespace Slipway.Monitor.Commands;

/// <summary>What holds for the whole call: the options before the command.</summary>
/// <param name="root">Where containers are kept.</param>
/// <param name="log">Where errors go.</param>
/// <param name="withoutCgroups">Containers stay in the caller's cgroup.</param>
internal sealed class Session(RuntimeRoot root, Log log, bool withoutCgroups)
{
    public RuntimeRoot Root { get; } = root;

    public Log Log { get; } = log;

    public bool WithoutCgroups { get; } = withoutCgroups;

    public ContainerOperations Operations => new(Root, Log.Warn);

    public ContainerCreation Creation => new(Root, TimeProvider.System, Log.Warn);

    /// <summary>Who wants to know how a start goes: the debug log, and whoever gave <c>--timing</c>. Null: nobody.</summary>
    public StartWatch? WatchOf(Arguments arguments)
    {
        bool timing = arguments.Has("timing");
        if (!timing && !Log.HasDebug)
            return null;
        return new StartWatch
        {
            Debug = Log.HasDebug ? Log.Debug : null,
            Timing = timing ? static timing => Output.Write(2, timing.Render()) : null,
        };
    }
}
