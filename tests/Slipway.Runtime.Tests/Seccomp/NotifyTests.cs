using System.Text;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Linux.Sockets;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Process;
using Slipway.Runtime.Tests.Process;
using Xunit;

namespace Slipway.Runtime.Tests.Seccomp;

/// <summary>A filter that asks an agent: the listener travels before the program is executed.</summary>
public sealed class NotifyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Start_Notify_AgentGetsTheState(bool noNewPrivileges)
    {
        using TestRoot root = TestRoot.Create();
        using SafeFd agent = UnixSocket.Listen(root.Path + "/agent");
        RuntimeSpec spec = Asking(root, root.Path + "/agent");
        spec = spec with { Process = spec.Process! with { NoNewPrivileges = noNewPrivileges } };
        // The agent closes the listener unread, with the connection: then there is no such call (seccomp_unotify(2)).
        RunResult result = root.Run(spec);
        using SafeFd connection = UnixSocket.Accept(agent)!;
        var buffer = new byte[4096];
        Poller.Wait([new PollEntry(connection.Number, PollEvents.Readable)], Timeout.Infinite);
        string state = Encoding.UTF8.GetString(buffer, 0, FdIo.Read(connection, buffer));
        Assert.Contains("\"fds\":[\"seccompFd\"]", state, StringComparison.Ordinal);
        Assert.Contains("\"metadata\":\"told\"", state, StringComparison.Ordinal);
        Assert.Contains($"\"id\":\"{root.Id}\",\"status\":\"creating\"", state, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }

    [Fact]
    public void Start_NotifyAndNoAgent_FailsWithoutAProcess()
    {
        using TestRoot root = TestRoot.Create();
        SlipwayException error = Assert.Throws<SlipwayException>(() => root.Run(Asking(root, root.Path + "/nobody")));
        Assert.StartsWith("failed to connect with seccomp agent: connect", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Exec_NotifyWithoutState_IsRefused()
    {
        using TestRoot root = TestRoot.Create();
        var options = new ExecOptions
        {
            TargetPid = Environment.ProcessId,
            TargetStartTime = ProcessStat.StartTime(Environment.ProcessId)!.Value,
            Process = TestRoot.ProcessOf("true"),
            CgroupPaths = [],
            Seccomp = Asking(root, "/x").Linux!.Seccomp,
        };
        Assert.Equal(ErrorKind.NotSupported, Assert.Throws<SlipwayException>(() => ExecStarter.Start(options)).Kind);
    }

    // The call is asked about by nobody: the program never makes it.
    private static RuntimeSpec Asking(TestRoot root, string listener)
    {
        RuntimeSpec spec = root.Spec("true");
        var filter = new SeccompSpec
        {
            DefaultAction = "SCMP_ACT_ALLOW",
            ListenerPath = listener,
            ListenerMetadata = "told",
            Syscalls = [new SyscallRule { Names = ["chroot"], Action = "SCMP_ACT_NOTIFY" }],
        };
        return spec with { Linux = spec.Linux! with { Seccomp = filter } };
    }
}
