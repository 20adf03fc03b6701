using System.Net;
using Slipway.Linux;
using Slipway.Linux.Sockets;
using Slipway.Oci;
using Slipway.Runtime.Attach;
using Xunit;
using SocketAddress = Slipway.Linux.Sockets.SocketAddress;

namespace Slipway.Runtime.Tests.Monitoring;

public sealed class HeldDescriptorTests
{
    private const string WaitsForInput = "echo ready; read line";

    // Where no other test takes a port that has become free.
    private static readonly IPAddress s_address = IPAddress.Parse("127.0.7.1");

    [Fact]
    public void Ports_GivenAndDropped_AreTakenAndFree()
    {
        (SafeFd first, ushort firstPort) = InetSocket.Bind(InetSocket.Tcp, s_address, 0);
        using var monitor = new MonitorHarness(WaitsForInput, attach: true, stdin: true, ports: [first]);
        (SafeFd second, ushort secondPort) = InetSocket.Bind(InetSocket.Tcp, s_address, 0);
        using (second)
            RunningMonitor.HoldPorts(monitor.RunDir, [second]);
        Assert.False(IsFree(firstPort));
        Assert.False(IsFree(secondPort));
        RunningMonitor.DropPorts(monitor.RunDir);
        Assert.True(BecomesFree(firstPort));
        Assert.True(BecomesFree(secondPort));
        End(monitor);
    }

    [Fact]
    public void Ports_MoreThanOneMessageTakes_AllAreHeld()
    {
        using var monitor = new MonitorHarness(WaitsForInput, attach: true, stdin: true);
        List<(SafeFd Socket, ushort Port)> sockets = [.. Enumerable.Range(0, 300).Select(_ => InetSocket.Bind(InetSocket.Tcp, s_address, 0))];
        RunningMonitor.HoldPorts(monitor.RunDir, [.. sockets.Select(s => s.Socket)]);
        sockets.ForEach(static s => s.Socket.Dispose());
        Assert.All(sockets, s => Assert.False(IsFree(s.Port)));
        RunningMonitor.DropPorts(monitor.RunDir);
        Assert.All(sockets, s => Assert.True(BecomesFree(s.Port)));
        End(monitor);
    }

    [Fact]
    public void Service_BegunLater_IsToldWhatStandsInTheFile()
    {
        using var monitor = new MonitorHarness(WaitsForInput, attach: true, stdin: true);
        (SafeFd one, SafeFd other) = UnixSocket.Pair();
        using (one)
        using (other)
            RunningMonitor.BeginService(monitor.RunDir, "names\nnetworks\n192.0.2.1", one, other);
        Assert.Equal("names\nnetworks\n192.0.2.1", monitor.Service);
        Assert.False(File.Exists(Path.Combine(monitor.RunDir, "service")));
        End(monitor);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(2, 3)]
    [InlineData(9, 1)]
    public void Hold_Nonsense_EndsTheConnection(byte kind, byte count)
    {
        using var monitor = new MonitorHarness(WaitsForInput, attach: true, stdin: true);
        using SafeFd socket = SocketAddress.Connect(monitor.RunDir, "attach.sock");
        FrameChannel.Send(socket, FrameType.Hold, [kind, count]);
        AssertEnds(socket);
        End(monitor);
    }

    [Fact]
    public void Hold_BytesWithoutDescriptors_EndsTheConnection()
    {
        using var monitor = new MonitorHarness(WaitsForInput, attach: true, stdin: true);
        using SafeFd socket = SocketAddress.Connect(monitor.RunDir, "attach.sock");
        FrameChannel.Send(socket, FrameType.Hold, [1, 2]);
        FrameHeader? answer;
        do
            answer = FrameChannel.ReceiveHeader(socket);
        while (answer is { Type: not FrameType.Ready } other && FrameChannel.ReceivePayload(socket, other, 4096) is not null);
        Assert.Equal(FrameType.Ready, answer?.Type);
        FrameChannel.Send(socket, FrameType.Stdin, "no descriptors"u8);
        AssertEnds(socket);
        End(monitor);
    }

    [Fact]
    public void Monitor_Gone_SaysSo()
    {
        using var directory = new TempDirectory();
        Assert.Equal(ErrorKind.Conflict, Assert.Throws<SlipwayException>(() => RunningMonitor.DropPorts(directory.Root)).Kind);
    }

    private static void End(MonitorHarness monitor)
    {
        FrameChannel.Send(monitor.Socket, FrameType.Stdin, "end\n"u8);
        monitor.Owner!.WaitForExit(TestContext.Current.CancellationToken);
        monitor.Owner.TakeOver();
        Assert.Null(monitor.Ended());
    }

    private static void AssertEnds(SafeFd socket)
    {
        while (FrameChannel.ReceiveHeader(socket) is { } header)
            Assert.NotNull(FrameChannel.ReceivePayload(socket, header, 4096));
    }

    // A process that another test starts has all descriptors of this one until it executes its program.
    private static bool BecomesFree(ushort port) => SpinWait.SpinUntil(() => IsFree(port), TimeSpan.FromSeconds(10));

    private static bool IsFree(ushort port)
    {
        try
        {
            InetSocket.Bind(InetSocket.Tcp, s_address, port).Socket.Dispose();
            return true;
        }
        catch (LinuxException e) when (e.Errno == Errno.EADDRINUSE)
        {
            return false;
        }
    }
}
