using Slipway.Runtime.Lifecycle;

namespace Slipway.Monitor.Commands;

/// <summary>What holds for the whole call: the options before the command.</summary>
internal sealed class Session(RuntimeRoot root, Log log)
{
    public RuntimeRoot Root { get; } = root;

    public Log Log { get; } = log;

    public ContainerOperations Operations => new(Root, Log.Warn);

    public ContainerCreation Creation => new(Root, TimeProvider.System, Log.Warn);
}
