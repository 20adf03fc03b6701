using Slipway.Linux;
using Slipway.Linux.Bpf;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.Cgroups.Devices;
using Slipway.Runtime.Specs;
using Xunit;

namespace Slipway.Runtime.Tests.Cgroups;

public sealed class DeviceRulesTests
{
    private const string Nothing = "/dev/null", Zero = "/dev/zero";

    private static readonly DeviceRule s_denyAll = new() { Allow = false, Access = "rwm" };

    [Fact]
    public void Write_DenyAll_IsOneVerdict() => Assert.Equal(
        [BpfInstruction.Set(0, 0), BpfInstruction.Exit()],
        DeviceProgramWriter.Write(DeviceEntry.Check([s_denyAll]))[6..]);

    [Fact]
    public void Write_AllowedDevice_IsAskedBeforeTheRuleInFrontOfIt() => Assert.Equal(
        [
            BpfInstruction.JumpIfNot(2, 2, 6), BpfInstruction.JumpIfNot(4, 1, 5), BpfInstruction.JumpIfNot(5, 3, 4),
            BpfInstruction.And(3, 1), BpfInstruction.JumpIfNot(3, 0, 2), BpfInstruction.Set(0, 1), BpfInstruction.Exit(),
            BpfInstruction.Set(0, 0), BpfInstruction.Exit(),
        ],
        DeviceProgramWriter.Write(DeviceEntry.Check([s_denyAll, Allow("c", 1, 3, "rw")]))[6..]);

    [Fact]
    public void Check_RuleAboutEverything_MakesEarlierOnesVoid()
    {
        Assert.Equal(["a *:* rwm", "c 1:3 r"], DeviceEntry.Check([Allow("c", 1, 5, "r"), s_denyAll, Allow("c", 1, 3, "r")]).Select(entry => entry.Text));
        Assert.Equal(["b 1:* rwm", "c 1:* rwm"], DeviceEntry.Check([Allow("a", 1, -1, null)]).Select(entry => entry.Text));
    }

    [Theory]
    [InlineData("x", 1L, "r")]
    [InlineData("c", -2L, "r")]
    [InlineData("c", 1L, "rx")]
    [InlineData("c", 4294967296L, "r")]
    public void Check_NotARule_IsRefused(string type, long major, string access) =>
        Assert.Throws<SlipwayException>(() => DeviceEntry.Check([Allow(type, major, 0, access)]));

    [Fact]
    public void From_OneListToAnother_WritesTheDifferenceOnly() => Assert.Equal(
        [("devices.allow", "c 1:5 r"), ("devices.allow", "c 1:7 w"), ("devices.deny", "c 1:8 rwm"), ("devices.deny", "c 1:7 r")],
        DeviceTransition.From(
            "c 1:3 rw\nc 1:8 rwm\nc 1:7 r\n",
            DeviceEntry.Check([s_denyAll, Allow("c", 1, 3, "r"), Allow("c", 1, 3, "w"), Allow("c", 1, 5, "r"), Allow("c", 1, 7, "w")])));

    [Fact]
    public void From_Everything_WritesTheRules() => Assert.Equal(
        [("devices.deny", "a *:* rwm"), ("devices.allow", "c 1:3 r")],
        DeviceTransition.From("a *:* rwm\n", DeviceEntry.Check([s_denyAll, Allow("c", 1, 3, "r")])));

    [Fact]
    public void Replace_InAV2Cgroup_DecidesWhatIsOpened()
    {
        using var group = new UnifiedGroup();
        group.Set([s_denyAll, Allow("c", 1, 3, "rw")]);
        Assert.Equal("read write ", group.Try(Nothing));
        Assert.Equal("", group.Try(Zero));
        group.Set([s_denyAll, Allow("c", 1, 3, "r"), Allow("c", 1, 5, "rwm")]);
        Assert.Equal("read ", group.Try(Nothing));
        Assert.Equal("read write ", group.Try(Zero));
        // The last rule that speaks of an access decides on it, and only on it.
        group.Set([s_denyAll, Allow("c", 1, -1, "rw"), Allow("c", 1, 5, "w") with { Allow = false }]);
        Assert.Equal("read write ", group.Try(Nothing));
        Assert.Equal("read ", group.Try(Zero));
        group.Set([s_denyAll, Allow("b", 1, -1, "rwm")]);
        Assert.Equal("", group.Try(Nothing));
        group.Set(DefaultSpec.DeviceRules);
        Assert.Equal("read write ", group.Try(Zero));
        Assert.Equal(1, group.Programs);
    }

    private static DeviceRule Allow(string type, long major, long minor, string? access) =>
        new() { Allow = true, Type = type, Major = major, Minor = minor, Access = access };

    /// <summary>A group in the v2 tree, and processes in it that open devices.</summary>
    private sealed class UnifiedGroup : IDisposable
    {
        private readonly string _path;
        private readonly SafeFd _directory;

        public UnifiedGroup()
        {
            if (!Environment.IsPrivilegedProcess)
                Assert.Skip("needs root");
            string tree = CgroupHost.Read().Unified?.MountPoint ?? Skip("needs a cgroup v2 tree");
            _path = $"{tree}/slipway-devices-{Environment.ProcessId}";
            CgroupDirectory.TryMake(_path);
            _directory = SmallFile.Open(_path);
        }

        public int Programs => DeviceProgram.Attached(_directory).Length;

        public void Set(IReadOnlyList<DeviceRule> rules) => CgroupCreator.AttachDevices(_directory, DeviceEntry.Check(rules));

        /// <summary>What a process of the group can open it for.</summary>
        public string Try(string device)
        {
            (SafeFd read, SafeFd write) = FdIo.Pipe();
            using SafeFd reader = read;
            using SafeFd input = FdIo.OpenNull();
            SafeFd process;
            using (write)
            {
                string script = $"echo $$ > {_path}/cgroup.procs; (: < {device}) && printf 'read '; (: > {device}) && printf 'write '";
                process = PidFd.TryOpen(Spawn.Start("/bin/sh", ["sh", "-c", script], ["PATH=/bin"], [input, write, input], newSession: false))!;
            }
            var text = new System.Text.StringBuilder();
            var buffer = new byte[256];
            int count;
            while ((count = FdIo.Read(reader, buffer)) > 0)
                text.Append(System.Text.Encoding.UTF8.GetString(buffer, 0, count));
            using (process)
            {
                Poller.Wait([new PollEntry(process.Number, PollEvents.Readable)], Timeout.Infinite);
                PidFd.TryReap(process);
            }
            return text.ToString();
        }

        public void Dispose()
        {
            _directory.Dispose();
            new Cgroup([_path]).KillAndRemove();
        }

        private static string Skip(string why)
        {
            Assert.Skip(why);
            return why;
        }
    }
}
