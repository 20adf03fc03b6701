using Slipway.Engine.Containers;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>Every cell of the table of states and events.</summary>
public sealed class ContainerLifecycleTests
{
    [Theory]
    [InlineData(ContainerStatus.Created, ContainerEvent.Start, ContainerStatus.Running)]
    [InlineData(ContainerStatus.Created, ContainerEvent.Exit, null)]
    [InlineData(ContainerStatus.Created, ContainerEvent.Remove, ContainerStatus.Removing)]
    [InlineData(ContainerStatus.Running, ContainerEvent.Start, null)]
    [InlineData(ContainerStatus.Running, ContainerEvent.Exit, ContainerStatus.Exited)]
    [InlineData(ContainerStatus.Running, ContainerEvent.Remove, null)]
    [InlineData(ContainerStatus.Exited, ContainerEvent.Start, ContainerStatus.Running)]
    [InlineData(ContainerStatus.Exited, ContainerEvent.Exit, null)]
    [InlineData(ContainerStatus.Exited, ContainerEvent.Remove, ContainerStatus.Removing)]
    [InlineData(ContainerStatus.Removing, ContainerEvent.Start, null)]
    [InlineData(ContainerStatus.Removing, ContainerEvent.Exit, null)]
    [InlineData(ContainerStatus.Removing, ContainerEvent.Remove, ContainerStatus.Removing)]
    public void Next_EveryCell_IsTheTables(ContainerStatus now, ContainerEvent what, ContainerStatus? then) =>
        Assert.Equal(then, ContainerLifecycle.Next(now, what));
}
