using Slipway.Linux.Netlink;
using Slipway.Network.Bridges;

namespace Slipway.Engine.Networks;

/// <summary>
/// What docker calls the bridge of its default network, and people's scripts look for. A store whose daemon stands in for docker's gives its own
/// that name while nobody else on this host has it (docs/decisions/0015).
/// </summary>
internal static class DockersBridge
{
    public const string Name = "docker0";

    /// <summary>Whether the store has the name from now on: nobody else has it, or only a store that has nobody in it.</summary>
    public static bool TryTake(NetlinkSocket route, EngineOptions options)
    {
        if (!IsOthers(route, options))
            return true;
        RemoveUnused(route);
        return !IsOthers(route, options);
    }

    /// <summary>Whether somebody else has the name: another store, docker, an administrator. What a store that is gone left of it is cleared away.</summary>
    public static bool IsOthers(NetlinkSocket route, EngineOptions options)
    {
        switch (BridgeDevice.NoteOf(route, Name))
        {
            case null:
                // Without a mark nobody could tell later whose it is.
                return StoreMark.Of(options.DataRoot) is null;
            case var note when StoreMark.IsOf(note, options.DataRoot):
                return false;
            default:
                BridgeDevice.DeleteUnused(route, static (name, note) => name == Name && StoreMark.IsGone(note));
                return BridgeDevice.NoteOf(route, Name) is not null;
        }
    }

    /// <summary>Takes it away, whichever store's it is, where nobody is in it: that store makes it again when it needs it.</summary>
    public static void RemoveUnused(NetlinkSocket route) => BridgeDevice.DeleteUnused(route, static (name, note) => name == Name && StoreMark.IsOne(note));
}
