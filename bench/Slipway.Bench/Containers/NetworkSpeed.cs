using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Slipway.Bench.Containers;

/// <summary>
/// What a byte costs on its way through a published port, at an address of the host's that is not loopback, and from container to container. The programs at
/// both ends are the same for every engine: busybox in the containers, this program on the host.
/// </summary>
internal static class NetworkSpeed
{
    private const int Trips = 5000, Attempts = 100, AttemptMilliseconds = 50;
    private const long Sent = 2L << 30, Passed = 1L << 29;

    public static void Run(List<ContainerEngine> engines, int rounds, Report report)
    {
        IPAddress host = IPAddress.Parse(Environment.GetEnvironmentVariable("HOST_ADDRESS")!);
        List<ContainerEngine> able = [.. engines.Where(Begin)];
        var through = able.ToDictionary(e => e, _ => new List<double>());
        var trips = able.ToDictionary(e => e, _ => new List<double>());
        for (int round = 0; round < rounds; round++)
        {
            foreach (ContainerEngine engine in able)
            {
                through[engine].Add(Receive(host, engine.Port));
                trips[engine].Add(RoundTrip(host, engine.Port + 1));
            }
        }
        report.Table($"{Sent >> 20} MiB out of a published port, ms", Rows(through), "slip");
        report.Table("one byte there and back through a published port, microseconds (median of each round)", Rows(trips), "slip");
        string Peer(ContainerEngine e) => e.Read("inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", "server");
        ContainerParts.Compare($"{Passed >> 20} MiB from container to container, by exec of the receiver, ms", able, rounds,
            e => e.Words("exec", "client", "nc", Peer(e), "80", "-e", "sh", "-c", string.Create(CultureInfo.InvariantCulture, $"head -c {Passed} > /dev/null")), report);
        able.ForEach(e => e.Do(e.Words("rm", "-f", "server", "client")));
    }

    private static bool Begin(ContainerEngine engine) =>
        engine.Do(engine.Run(["-d", "--stop-signal", "KILL", "--name", "server", "-p", $"{engine.Port}:80", "-p", $"{engine.Port + 1}:81"], "sh", "-c", "nc -ll -p 81 -e cat & exec nc -ll -p 80 -e cat /dev/zero"))
        && engine.Do(engine.Run(["-d", "--stop-signal", "KILL", "--name", "client"], "sleep", "10000"));

    private static List<Measurement> Rows(Dictionary<ContainerEngine, List<double>> times) => [.. times.Select(t => Measurement.Of(t.Key.Name, [.. t.Value]))];

    private static double Receive(IPAddress host, int port)
    {
        using TcpClient client = Connect(host, port);
        byte[] buffer = new byte[256 * 1024];
        long start = Stopwatch.GetTimestamp();
        for (long left = Sent; left > 0;)
            left -= Read(client, buffer);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double RoundTrip(IPAddress host, int port)
    {
        using TcpClient client = Connect(host, port);
        byte[] one = [1];
        double[] times = new double[Trips];
        for (int i = 0; i < Trips; i++)
        {
            long start = Stopwatch.GetTimestamp();
            client.Client.Send(one);
            Read(client, one);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }
        return Measurement.Of("", times).Median;
    }

    private static int Read(TcpClient client, byte[] buffer) => client.Client.Receive(buffer) is > 0 and var read ? read : throw new InvalidOperationException("the container hung up");

    // A server takes a moment to listen; some engines answer for it before it does, and hang up.
    private static TcpClient Connect(IPAddress host, int port)
    {
        for (int attempt = 1; ; attempt++)
        {
            var client = new TcpClient { NoDelay = true };
            try
            {
                client.Connect(host, port);
                return client;
            }
            catch (SocketException) when (attempt < Attempts)
            {
                client.Dispose();
                Images.ImagePlace.Wait(AttemptMilliseconds);
            }
        }
    }
}
