using System.Text;
using Slipway.Linux;
using Slipway.Linux.Sockets;
using Slipway.Runtime.Attach;
using Slipway.Runtime.State;

namespace Slipway.Runtime.Monitoring;

/// <summary>What a monitor holds for its container beside the process: given at the start, and by whoever changes a container that runs.</summary>
internal sealed class HeldDescriptors : IDisposable
{
    private readonly string _runDir;
    private readonly Action<string, SafeFd, SafeFd> _beginService;
    private readonly List<SafeFd> _ports = [];

    /// <param name="runDir">The container's run directory.</param>
    /// <param name="ports">The host's ports that it was given; they are closed when others take their place.</param>
    /// <param name="beginService">Begins the program's service.</param>
    public HeldDescriptors(string runDir, IReadOnlyList<SafeFd> ports, Action<string, SafeFd, SafeFd> beginService)
    {
        (_runDir, _beginService) = (runDir, beginService);
        TakePorts(ports);
    }

    /// <summary>Serves those of the ports that listen; null: none does.</summary>
    public PortRelay? Relay { get; private set; }

    /// <summary>Whether so many of a kind can come.</summary>
    public static bool Expects(HeldKind kind, int count) => kind switch
    {
        HeldKind.DropPorts => count == 0,
        HeldKind.Ports => count > 0,
        HeldKind.Service => count == 2,
        _ => false,
    };

    /// <summary>Closes the ports.</summary>
    public void DropPorts()
    {
        Dispose();
        _ports.ForEach(static port => port.Dispose());
        _ports.Clear();
    }

    /// <summary>Takes what has come; false where nothing can be done with it.</summary>
    public bool Take(HeldKind kind, List<SafeFd> given)
    {
        if (kind == HeldKind.Ports)
        {
            TakePorts(given);
            return true;
        }
        try
        {
            string told = File.ReadAllText(RunFiles.Service(_runDir), Encoding.UTF8);
            File.Delete(RunFiles.Service(_runDir));
            _beginService(told, given[0], given[1]);
            return true;
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            given.ForEach(static one => one.Dispose());
            return false;
        }
    }

    /// <summary>Serves the ports no more; they stay the container's until this process ends, or drops them.</summary>
    public void Dispose()
    {
        Relay?.Dispose();
        Relay = null;
    }

    private void TakePorts(IReadOnlyList<SafeFd> given)
    {
        _ports.AddRange(given);
        foreach (SafeFd port in given.Where(InetSocket.IsListening))
            (Relay ??= new PortRelay()).Add(port);
    }
}
