using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Runtime.Plan;
using Xunit;

namespace Slipway.Runtime.Tests.Plan;

public sealed class StepCallsTests
{
    [Fact]
    public void Of_CallsThatAnEarlierOneMaySkip_AreInBrackets()
    {
        Assert.Equal("setsid umask*2", Calls(static step => step.Call(Syscall.setsid).Call(Syscall.umask, 0).Call(Syscall.umask, 1)));
        Assert.Equal("openat [mkdirat openat] close", Calls(static step =>
        {
            var opened = new Label();
            step.Call(Syscall.openat).Tolerate(Errno.ENOENT).ThenTo(opened).Call(Syscall.mkdirat).Call(Syscall.openat).Mark(opened).Call(Syscall.close);
        }));
        Assert.Equal("prctl [prctl*2]", Calls(static step =>
        {
            for (int i = 0; i < 3; i++)
                step.Call(Syscall.prctl, i).Tolerate(Errno.EINVAL).ElseTo(step.End);
        }));
    }

    [Fact]
    public void Of_WhatIsNoCallItself_NamesTheCallsThatItMakes()
    {
        Assert.Equal("write read clone3 write execve [execve*2]", Calls(static step => step
            .Checkpoint(Checkpoint.Ready, wait: true).Fork().Checkpoint(Checkpoint.Parked, wait: false)
            .Check(new PlanBuffer(1), 0, 1, 0, 0, Errno.EIO).Execute(["/a/x", "/b/x", "/c/x"], ["x"], [], search: true)));
    }

    private static string Calls(Action<StepBuilder> make)
    {
        var plan = new PlanBuilder();
        plan.Step(PlanPhase.Session, "x", null, "y", make);
        return StepCalls.Of(plan.Build(default).Steps[0]);
    }
}
