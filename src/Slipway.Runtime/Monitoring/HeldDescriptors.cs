using System.Text;
using Slipway.Linux;
using Slipway.Runtime.Attach;
using Slipway.Runtime.State;

namespace Slipway.Runtime.Monitoring;

/// <summary>What a monitor holds for its container beside the process: given at the start, and by whoever changes a container that runs.</summary>
/// <param name="runDir">The container's run directory.</param>
/// <param name="ports">The host's ports that it was given; they are closed when others take their place.</param>
/// <param name="beginService">Begins the program's service.</param>
internal sealed class HeldDescriptors(string runDir, IEnumerable<SafeFd> ports, Action<string, SafeFd, SafeFd> beginService)
{
    private readonly List<SafeFd> _ports = [.. ports];

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
        _ports.ForEach(static port => port.Dispose());
        _ports.Clear();
    }

    /// <summary>Takes what has come; false where nothing can be done with it.</summary>
    public bool Take(HeldKind kind, List<SafeFd> given)
    {
        if (kind == HeldKind.Ports)
        {
            _ports.AddRange(given);
            return true;
        }
        try
        {
            string told = File.ReadAllText(RunFiles.Service(runDir), Encoding.UTF8);
            File.Delete(RunFiles.Service(runDir));
            beginService(told, given[0], given[1]);
            return true;
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            given.ForEach(static one => one.Dispose());
            return false;
        }
    }
}
