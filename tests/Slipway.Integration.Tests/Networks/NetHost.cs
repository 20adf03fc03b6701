using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Slipway.Linux;
using Slipway.Linux.Namespaces;
using Slipway.Linux.Processes;
using Xunit;

namespace Slipway.Integration.Tests.Networks;

/// <summary>
/// A store of a test's own on a host of its own: a network namespace, so that nothing of this machine's network is touched, with a neighbour in another
/// one. The host is 10.99.0.1 to it, it is 10.99.0.2 and reaches through the host what the host lets it.
/// </summary>
public sealed class NetHost : IDisposable
{
    public const string Address = "10.99.0.1", NeighbourAddress = "10.99.0.2";

    private readonly Process _host, _neighbour;
    private readonly List<Process> _services = [];
    private readonly List<IDisposable> _sockets = [];

    public NetHost()
    {
        Needs.Containers();
        foreach (string program in (ReadOnlySpan<string>)["ip", "nft", "nsenter", "curl"])
            Needs.Program(program);
        _host = Namespace();
        _neighbour = Namespace();
        Sh($"""
            ip link set lo up
            ip link add up0 type veth peer name eth0 netns {_neighbour.Id}
            ip addr add {Address}/24 dev up0; ip -6 addr add fd99::1/64 dev up0 nodad; ip link set up0 up
            """);
        Neighbour($"""
            ip link set lo up; ip link set eth0 up; ip addr add {NeighbourAddress}/24 dev eth0; ip -6 addr add fd99::2/64 dev eth0 nodad
            ip route add 172.16.0.0/12 via {Address}; ip route add 10.0.0.0/8 via {Address}; ip -6 route add fd00::/8 via fd99::1
            """);
        Slip = new Slip { Under = ["nsenter", "-t", $"{_host.Id}", "-n"] };
        Slip.Ok("import", BusyboxTar.Path, "busybox");
    }

    public Slip Slip { get; }

    /// <summary>Runs slip on the host.</summary>
    public string Ok(params string[] args) => Slip.Ok(args);

    /// <inheritdoc cref="Ok"/>
    public Slip.Result Run(params string[] args) => Slip.Run(args);

    /// <summary>Runs a script on the host; its output. Fails the test where it fails.</summary>
    public string Sh(string script) => Script(_host, script, mayFail: false);

    /// <summary>As <see cref="Sh"/>; null where it fails.</summary>
    public string? TrySh(string script) => Script(_host, script, mayFail: true) is { Length: > 0 } output ? output : null;

    /// <summary>Runs a script at the neighbour's.</summary>
    public string Neighbour(string script) => Script(_neighbour, script, mayFail: false);

    /// <summary>As <see cref="Neighbour"/>; null where it fails, or says nothing.</summary>
    public string? TryNeighbour(string script) => Script(_neighbour, script, mayFail: true) is { Length: > 0 } output ? output : null;

    /// <summary>Starts a container that answers every connection to its ports 80 and 81 with its name.</summary>
    public void Serve(string name, params string[] options)
    {
        Ok(["run", "-d", "--name", name, .. options, "busybox", "sh", "-c",
        $"mkdir -p /www; echo {name} > /www/index.html; httpd -p 80 -h /www; httpd -p 81 -h /www; echo ready; exec sleep 1000"]);
        WaitFor(() => Ok("logs", name).Contains("ready", StringComparison.Ordinal));
    }

    /// <summary>Starts a service of the host's own that answers with "host"; it ends with the test.</summary>
    /// <param name="at">A port, or an address and a port.</param>
    public void Page(string at)
    {
        Slip.Write("page/index.html", "host\n");
        _services.Add(Start(["nsenter", "-t", $"{_host.Id}", "-n", "busybox", "httpd", "-f", "-p", at, "-h", Path.Combine(Slip.Scratch, "page")]));
        string url = at.Contains(':', StringComparison.Ordinal) ? at : "127.0.0.1:" + at;
        Sh($"for i in $(seq 50); do curl -s -o /dev/null http://{url}/ && exit 0; sleep 0.05; done; exit 1");
    }

    /// <summary>What a page at an address says, from the host; null where nobody answers.</summary>
    public string? Get(string at) => TrySh($"curl -sS -g -m 2 http://{at}/ 2>&1 | grep -v curl:");

    /// <summary>The same from the neighbour.</summary>
    public string? GetFromNeighbour(string at) => TryNeighbour($"curl -sS -g -m 2 http://{at}/ 2>&1 | grep -v curl:");

    /// <summary>The same from a container.</summary>
    public string? GetFrom(string container, string at) =>
        Run("exec", container, "timeout", "3", "wget", "-qO-", $"http://{at}/").Output.TrimEnd('\n') is { Length: > 0 } page ? page : null;

    /// <summary>Answers datagrams in a network namespace.</summary>
    /// <param name="pid">A process in it.</param>
    /// <param name="at">Where.</param>
    /// <param name="answer">What to say to one.</param>
    public void Datagrams(int pid, IPEndPoint at, Func<byte[], byte[]> answer)
    {
        using SafeFd space = SmallFile.Open($"/proc/{pid}/ns/net");
        UdpClient server = NetworkNamespace.Within(space, () => new UdpClient(at));
        _sockets.Add(server);
        _ = Task.Run(async () =>
        {
            while (true)
            {
                UdpReceiveResult question = await server.ReceiveAsync();
                await server.SendAsync(answer(question.Buffer), question.RemoteEndPoint);
            }
        });
    }

    /// <summary>A process of the neighbour's.</summary>
    public int NeighbourPid => _neighbour.Id;

    /// <summary>The process of a container.</summary>
    public int PidOf(string container) => int.Parse(Ok("inspect", "-f", "{{.State.Pid}}", container), CultureInfo.InvariantCulture);

    /// <summary>Waits until something is so, five seconds at most.</summary>
    public static void WaitFor(Func<bool> condition)
    {
        for (int i = 0; !condition(); i++)
        {
            Assert.True(i < 100, "it did not come about within five seconds");
            Thread.Sleep(50);
        }
    }

    public string AddressOf(string container, string network = "bridge") =>
        Ok("inspect", "-f", $"{{{{(index .NetworkSettings.Networks \"{network}\").IPAddress}}}}", container);

    public void Dispose()
    {
        _sockets.ForEach(static socket => socket.Dispose());
        Slip.Dispose();
        foreach (Process process in (Process[])[.. _services, _host, _neighbour])
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }

    private static Process Namespace()
    {
        Process process = Start(["unshare", "-n", "sh", "-c", "echo ready; exec sleep 10000"]);
        Assert.Equal("ready", process.StandardOutput.ReadLine());
        return process;
    }

    private static string Script(Process space, string script, bool mayFail)
    {
        using Process process = Start(["nsenter", "-t", $"{space.Id}", "-n", "bash", "-e", "-c", script]);
        string output = process.StandardOutput.ReadToEnd();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(mayFail || process.ExitCode == 0, $"{script}: exit {process.ExitCode}\n{output}\n{errors}");
        return process.ExitCode == 0 ? output.TrimEnd('\n') : "";
    }

    private static Process Start(string[] command)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (string word in command.Skip(1))
            start.ArgumentList.Add(word);
        return Process.Start(start)!;
    }
}
