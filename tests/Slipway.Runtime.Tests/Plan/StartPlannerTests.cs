using Slipway.Linux.Namespaces;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Bundles;
using Slipway.Runtime.Plan;
using Slipway.Runtime.Process;
using Slipway.Runtime.Seccomp;
using Slipway.Runtime.Specs;
using Xunit;

namespace Slipway.Runtime.Tests.Plan;

/// <summary>Plans are data: nothing here needs root.</summary>
public sealed class StartPlannerTests
{
    private static readonly StartOptions s_options = new()
    {
        ContainerId = "x",
        Bundle = "/bundle",
        Overlay = new OverlayRoot(["/layers/b", "/layers/a"], "/c/upper", "/c/work"),
    };

    [Fact]
    public void Plan_Default_GoesThroughThePhasesInOrder()
    {
        StartPlan plan = StartPlanner.Plan(Spec(), s_options, new PlanInputs());
        Assert.Equal(plan.Steps.Select(step => step.Phase).Order(), plan.Steps.Select(step => step.Phase));
        Assert.Equal(Enumerable.Range(1, plan.Steps.Count), plan.Steps.Select(step => step.Number));
        Assert.Equal("execute 'true'", plan.Steps[^1].ToString());
    }

    [Fact]
    public void Plan_Default_SaysWhatCausedEachStep()
    {
        string text = StartPlanner.Plan(Spec(), s_options, new PlanInputs()).Render();
        Assert.Contains("mount proc on '/proc'  nosuid,noexec,nodev  <- mounts[0]", text, StringComparison.Ordinal);
        Assert.Contains("mask '/proc/kcore'  <- linux.maskedPaths", text, StringComparison.Ordinal);
        Assert.Contains("mount overlay of '/c/upper'  2 layers  <- image", text, StringComparison.Ordinal);
        Assert.Contains("set the sysctl 'net.ipv4.ping_group_range'  0 2147483647  <- linux.sysctl", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_UserNamespaceByPath_ComesBeforeTheOthersAndNeedsAChild()
    {
        RuntimeSpec spec = Spec();
        spec = spec with { Linux = spec.Linux! with { Namespaces = [.. DefaultSpec.Namespaces(ownNetwork: true), new() { Type = "user", Path = "/proc/1/ns/user" }] } };
        StartPlan plan = StartPlanner.Plan(spec, s_options, new PlanInputs());
        Assert.Equal(CloneFlags.CLONE_CLEAR_SIGHAND, plan.Flags);
        Assert.True(Index(plan, "join the namespace") < Index(plan, "unshare the namespaces"));
        Assert.True(Index(plan, "unshare the namespaces") < Index(plan, "go on in a child"));
        Assert.True(Index(plan, "go on in a child") < Index(plan, "cut mount"));
    }

    [Fact]
    public void Plan_SameNamespaceTwice_IsRefused()
    {
        RuntimeSpec spec = Spec();
        Refused(spec with { Linux = spec.Linux! with { Namespaces = [.. DefaultSpec.Namespaces(ownNetwork: true), new() { Type = "pid", Path = "/proc/1/ns/pid" }] } });
    }

    [Fact]
    public void Plan_HostNetwork_MakesNoNetworkNamespace()
    {
        RuntimeSpec spec = Spec();
        spec = spec with { Linux = spec.Linux! with { Namespaces = DefaultSpec.Namespaces(ownNetwork: false), Sysctl = null } };
        StartPlan plan = StartPlanner.Plan(spec, s_options, new PlanInputs());
        Assert.False(plan.Flags.HasFlag(CloneFlags.CLONE_NEWNET));
        Assert.DoesNotContain(plan.Steps, step => step.Call == "bring up");
    }

    [Fact]
    public void Plan_Filter_IsLoadedLateOnlyWithNoNewPrivileges()
    {
        RuntimeSpec spec = Spec();
        var inputs = new PlanInputs { Filter = new LoadableFilter(new byte[8], 0) };
        StartPlan plan = StartPlanner.Plan(spec, s_options, inputs);
        Assert.True(Index(plan, "load") < Index(plan, "become"));
        plan = StartPlanner.Plan(spec with { Process = spec.Process! with { NoNewPrivileges = true } }, s_options, inputs);
        Assert.True(Index(plan, "load") > Index(plan, "set the cap"));
    }

    [Fact]
    public void Plan_BindSource_IsOpenedByTheParentWhereOnlyThatCan()
    {
        RuntimeSpec spec = Spec();
        spec = spec with { Mounts = [.. spec.Mounts!, new MountSpec { Destination = "/v", Type = "bind", Source = "/volume", Options = ["rbind", "rro"] }] };
        var inputs = new PlanInputs { Inspect = _ => new FileKind(0x41ed, 0, 0, 0, 0) };
        StartPlan plan = StartPlanner.Plan(spec, s_options, inputs);
        Assert.DoesNotContain(plan.Steps, step => step.Call == "open the bind source");
        Assert.InRange(Index(plan, "mount a bind"), Index(plan, "attach the root"), Index(plan, "pivot_root"));
        spec = spec with { Linux = spec.Linux! with { Namespaces = [.. spec.Linux.Namespaces!, new NamespaceSpec { Type = "user" }] } };
        plan = StartPlanner.Plan(spec, s_options, inputs);
        Assert.Equal(PlanPhase.Trees, plan.Steps[Index(plan, "open the bind") - 1].Phase);
    }

    [Theory]
    [InlineData("CAP_NOPE")]
    [InlineData("chown")]
    [InlineData("5")]
    [InlineData("")]
    public void Plan_UnknownCapability_IsRefused(string name)
    {
        RuntimeSpec spec = Spec();
        Refused(spec with { Process = spec.Process! with { Capabilities = new CapabilitiesSpec { Effective = [name] } } });
    }

    [Fact]
    public void Plan_WhatCannotBe_IsRefused()
    {
        RuntimeSpec spec = Spec();
        ProcessSpec process = spec.Process!;
        Refused(spec with { Process = null });
        Refused(spec with { Process = process with { Args = [] } });
        Refused(spec with { Process = process with { Args = [""] } });
        Refused(spec with { Process = process with { Cwd = "relative" } });
        Refused(spec with { Process = process with { Rlimits = [new RlimitSpec { Type = "RLIMIT_MOOD", Soft = 1, Hard = 1 }] } });
        Refused(spec with { Process = process with { Rlimits = [new RlimitSpec { Type = "RLIMIT_CORE", Soft = 2, Hard = 1 }] } });
        Refused(spec with { Mounts = [new MountSpec { Destination = "x", Type = "tmpfs" }] });
        Refused(spec with { Linux = spec.Linux! with { Namespaces = [new NamespaceSpec { Type = "mount" }, new NamespaceSpec { Type = "mood" }] } });
        Refused(spec with { Linux = spec.Linux! with { Devices = [new DeviceSpec { Path = "/dev/x", Type = "q" }] } });
    }

    [Fact]
    public void Plan_NoMountNamespace_AttachesNothing()
    {
        RuntimeSpec spec = Spec();
        spec = spec with { Hostname = null, Linux = spec.Linux! with { Namespaces = [new NamespaceSpec { Type = "pid" }, new NamespaceSpec { Type = "network" }] } };
        StartPlan plan = StartPlanner.Plan(spec, s_options, new PlanInputs());
        Assert.DoesNotContain(plan.Steps, step => step.Call is "attach the root on" or "pivot_root" or "cut mount propagation of");
        Assert.Contains(plan.Steps, step => step.Call == "change the root to the unattached tree");
    }

    [Fact]
    public void Encode_TextWithNul_IsRefused()
    {
        RuntimeSpec spec = Spec();
        StartPlan plan = StartPlanner.Plan(spec with { Process = spec.Process! with { Env = ["A=b\0c"] } }, s_options, new PlanInputs());
        Assert.Throws<SlipwayException>(() => PlanEncoder.Encode(plan));
    }

    [Fact]
    public void Encode_EveryOperation_IsFoundAgainByItsIndex()
    {
        StartPlan plan = StartPlanner.Plan(Spec(), s_options, new PlanInputs());
        using ChildProgram program = PlanEncoder.Encode(plan);
        int index = 0;
        foreach (KernelStep step in plan.Steps)
        {
            foreach (KernelOp op in step.Ops)
            {
                (KernelStep foundStep, KernelOp foundOp) = PlanEncoder.StepOf(plan, index++);
                Assert.Same(step, foundStep);
                Assert.Same(op, foundOp);
            }
        }
        Assert.Equal(index, program.Count);
    }

    private static void Refused(RuntimeSpec spec) =>
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<SlipwayException>(() => StartPlanner.Plan(spec, s_options, new PlanInputs())).Kind);

    private static int Index(StartPlan plan, string call) =>
        plan.Steps.First(step => step.Call.StartsWith(call, StringComparison.Ordinal)).Number;

    private static RuntimeSpec Spec() => new()
    {
        OciVersion = "1.2.0",
        Process = new ProcessSpec { Cwd = "/", Args = ["true"], User = new UserSpec { Uid = 0, Gid = 0 } },
        Mounts = DefaultSpec.Mounts(ownNetwork: true),
        Linux = new LinuxSpec
        {
            Namespaces = DefaultSpec.Namespaces(ownNetwork: true),
            MaskedPaths = DefaultSpec.MaskedPaths,
            ReadonlyPaths = DefaultSpec.ReadonlyPaths,
            Sysctl = DefaultSpec.Sysctls,
        },
    };
}
