using System.Net;
using Slipway.Engine.Containers;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Runtime.Attach;

namespace Slipway.Engine.Networks;

/// <summary>The published ports of a container that runs, when another of its networks is the one that leads out.</summary>
/// <param name="context">The engine's.</param>
/// <param name="record">The container, whose lock the caller holds.</param>
internal sealed class RunningPorts(EngineContext context, ContainerRecord record)
{
    private readonly IReadOnlyList<PortRequest> _wanted = NetworkManager.PortsOf(record.Request, context.Store.Images.Find(record.ImageId.ToString()));

    /// <summary>Takes them back, on the host and from the monitor: another may have them now.</summary>
    /// <exception cref="SlipwayException">Conflict: the monitor doesn't answer; nothing has changed.</exception>
    public void Withdraw()
    {
        if (_wanted.Count == 0)
            return;
        RunningMonitor.DropPorts(context.Paths.Run(record.Id));
        PortPublisher.Withdraw(context, record.Id);
    }

    /// <summary>Publishes them in the network that leads out now. Those that may be any are others than before, as with docker.</summary>
    /// <exception cref="SlipwayException">Conflict: somebody has one meanwhile; none is published then.</exception>
    public void Publish(NetworkHost host, NetworkPlace way)
    {
        if (_wanted.Count == 0)
            return;
        IPAddress[] addresses = [.. ((IPAddress?[])[way.Endpoint!.Ipv4, way.Endpoint.Ipv6]).OfType<IPAddress>()];
        IReadOnlyList<SafeFd> ports = new PortPublisher(context, host, context.Defaults.Read().RelaysPorts).Publish(record, _wanted, addresses, NetworkOptions.HostAddressOf(way.Network!));
        try
        {
            RunningMonitor.HoldPorts(context.Paths.Run(record.Id), ports);
        }
        catch
        {
            PortPublisher.Withdraw(context, record.Id);
            throw;
        }
        finally
        {
            foreach (SafeFd port in ports)
                port.Dispose();
        }
    }
}
