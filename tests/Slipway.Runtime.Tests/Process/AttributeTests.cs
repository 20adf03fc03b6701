using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Host;
using Slipway.Runtime.Process;
using Xunit;

namespace Slipway.Runtime.Tests.Process;

/// <summary>How the kernel treats a process: seen from inside.</summary>
public sealed class AttributeTests
{
    [Fact]
    public void Start_Scheduler_IsTheProcesss()
    {
        // stat(5) of proc: fields 41 and 19.
        Assert.Equal("3 7\n", Run(spec => With(spec, process => process with { Scheduler = new SchedulerSpec { Policy = "SCHED_BATCH", Nice = 7 } }),
            "set -- $(cat /proc/self/stat); shift 18; nice=$1; shift 22; echo $1 $nice"));
    }

    [Fact]
    public void Start_Deadline_OfProcessorsThatAreNotAll_SaysWhy()
    {
        using TestRoot root = TestRoot.Create();
        RuntimeSpec spec = With(root.Spec("true"), process => process with
        {
            Scheduler = new SchedulerSpec { Policy = "SCHED_DEADLINE", Runtime = 10, Deadline = 5, Period = 1 },
        });
        string message = Assert.Throws<SlipwayException>(() => root.Run(spec)).Message;
        Assert.StartsWith("set the scheduler 'SCHED_DEADLINE': this kernel does not take these values", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_Personality32_IsA32BitMachine() =>
        Assert.Equal("00000008\n", Run(static spec => spec with { Linux = spec.Linux! with { Personality = new PersonalitySpec { Domain = "LINUX32" } } },
            "cat /proc/self/personality"));

    [Fact]
    public void Start_MemoryPolicy_IsThere()
    {
        if (!File.Exists("/proc/self/numa_maps"))
            Assert.Skip("needs a kernel with CONFIG_NUMA");
        Assert.Contains(" bind=static:0", Run(static spec => spec with
        {
            Linux = spec.Linux! with { MemoryPolicy = new MemoryPolicySpec { Mode = "MPOL_BIND", Nodes = "0", Flags = ["MPOL_F_STATIC_NODES"] } },
        }, "head -n 1 /proc/self/numa_maps"), StringComparison.Ordinal);
    }

    [Fact]
    public void Exec_FinalAffinity_IsWhereItRuns()
    {
        using TestRoot root = TestRoot.Create();
        using SafeFd nothing = FdIo.OpenNull();
        using StartedProcess first = ProcessStarter.Start(root.Spec("sleep", "1000"), root.Options(new StdioFds(nothing.Number, nothing.Number, nothing.Number)));
        try
        {
            (SafeFd read, SafeFd write) = FdIo.Pipe();
            using SafeFd reader = read;
            StartedProcess exec;
            using (write)
            {
                exec = ExecStarter.Start(new ExecOptions
                {
                    TargetPid = first.Pid,
                    TargetStartTime = ProcessStat.StartTime(first.Pid)!.Value,
                    CgroupPaths = first.Cgroup.Paths,
                    Process = TestRoot.ProcessOf("grep", "Cpus_allowed_list", "/proc/self/status") with { ExecCpuAffinity = new CpuAffinitySpec { Initial = "0", Final = "0" } },
                    Stdio = new StdioFds(nothing.Number, write.Number, write.Number),
                });
            }
            using (exec)
            {
                var buffer = new byte[256];
                string text = System.Text.Encoding.UTF8.GetString(buffer, 0, FdIo.Read(reader, buffer));
                TestRoot.Wait(exec);
                Assert.Equal("Cpus_allowed_list:\t0\n", text);
            }
        }
        finally
        {
            PidFd.Signal(first.PidFd, 9);
            TestRoot.Wait(first);
            first.Cgroup.Remove();
        }
    }

    [Fact]
    public void Start_ProfileAndNoModule_IsRefused()
    {
        if (SecurityModules.HasAppArmor)
            Assert.Skip("this host has AppArmor");
        using TestRoot root = TestRoot.Create();
        RuntimeSpec spec = With(root.Spec("true"), static process => process with { ApparmorProfile = "docker-default" });
        Assert.Equal(ErrorKind.NotSupported, Assert.Throws<SlipwayException>(() => root.Run(spec)).Kind);
        Assert.Equal(0, root.Run(With(spec, static process => process with { ApparmorProfile = "unconfined" })).ExitCode);
    }

    private static string Run(Func<RuntimeSpec, RuntimeSpec> change, string script)
    {
        using TestRoot root = TestRoot.Create();
        return root.Run(change(root.Spec("sh", "-c", script))).Output;
    }

    private static RuntimeSpec With(RuntimeSpec spec, Func<ProcessSpec, ProcessSpec> change) => spec with { Process = change(spec.Process!) };
}
