using System.Globalization;
using Slipway.Linux.Processes;

namespace Slipway.Engine.Containers.Usage;

/// <summary>One network device, as the namespace that it is in counts it.</summary>
/// <param name="Name">Inside: <c>eth0</c>.</param>
/// <param name="Received">What came in.</param>
/// <param name="Sent">What went out.</param>
public sealed record NetworkUsage(string Name, NetworkCount Received, NetworkCount Sent)
{
    // proc_pid_net(5): two lines of headings, then "eth0: received … sent …", eight fields each.
    private const int Headings = 2, SentField = 8, Fields = 16;

    /// <summary>All devices of a process's network namespace but the loopback; none where it has ended.</summary>
    public static IReadOnlyList<NetworkUsage> Of(int pid)
    {
        List<NetworkUsage> devices = [];
        foreach (string line in (SmallFile.TryReadText($"/proc/{pid}/net/dev") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(Headings))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            string[] fields = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string name = line[..Math.Max(0, colon)].Trim();
            if (name != "lo" && fields.Length >= Fields)
                devices.Add(new(name, Count(fields), Count(fields.AsSpan(SentField))));
        }
        return devices;
    }

    private static NetworkCount Count(ReadOnlySpan<string> fields) => new(Number(fields[0]), Number(fields[1]), Number(fields[2]), Number(fields[3]));

    private static ulong Number(string text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : 0;
}

/// <summary>One direction.</summary>
/// <param name="Bytes">Bytes.</param>
/// <param name="Packets">Packets.</param>
/// <param name="Errors">Packets that were broken.</param>
/// <param name="Dropped">Packets that nobody had room for.</param>
public readonly record struct NetworkCount(ulong Bytes, ulong Packets, ulong Errors, ulong Dropped);
