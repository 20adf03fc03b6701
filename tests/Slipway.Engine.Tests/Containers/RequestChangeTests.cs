using System.Reflection;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Recreating;
using Slipway.Engine.Containers.Requests;
using Slipway.Tests;
using Xunit;

namespace Slipway.Engine.Tests.Containers;

public class RequestChangeTests
{
    // Every flag was given: members that can't say whether they were asked for are taken for asked.
    private static readonly IReadOnlySet<string> s_allFlags = new HashSet<string>(
        ["--tty", "--interactive", "--network", "--publish-all", "--rm", "--restart", "--log-driver", "--oom-kill-disable", "--privileged", "--read-only", "--security-opt"]);

    // Nobody asks for these: they follow from where the container was made.
    public static TheoryData<Type, string> AskedMembers() =>
        [.. Members().Where(m => m.Data.Item2 is not (nameof(SecurityRequest.DockerCapabilities) or nameof(ResourceRequest.EveryController)))];

    public static TheoryData<Type, string> Members()
    {
        var members = new TheoryData<Type, string>();
        // The manager sets these two of the new container, and the two groups are looked at member by member.
        string[] others = [nameof(ContainerRequest.Image), nameof(ContainerRequest.Name), nameof(ContainerRequest.Resources), nameof(ContainerRequest.Security)];
        foreach (Type type in (Type[])[typeof(ContainerRequest), typeof(ResourceRequest), typeof(SecurityRequest)])
        {
            foreach (PropertyInfo member in type.GetProperties().Where(p => p.CanWrite && !(type == typeof(ContainerRequest) && others.Contains(p.Name))))
                members.Add(type, member.Name);
        }
        return members;
    }

    [Theory]
    [MemberData(nameof(AskedMembers))]
    public void Apply_MemberThatWasAskedFor_IsTheNewContainers(Type group, string name)
    {
        PropertyInfo member = group.GetProperty(name)!;
        ContainerRequest change = Empty();
        object asked = Asked(member, GroupOf(change, group));
        member.SetValue(GroupOf(change, group), asked);
        ContainerRequest made = new RequestChange(change, s_allFlags).Apply(Empty());
        Assert.Null(RandomRecord.Difference(asked, member.GetValue(GroupOf(made, group))));
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void Apply_MemberThatWasNotAskedFor_StaysAsItWas(Type group, string name)
    {
        PropertyInfo member = group.GetProperty(name)!;
        ContainerRequest old = Empty();
        object had = Asked(member, GroupOf(old, group));
        member.SetValue(GroupOf(old, group), had);
        ContainerRequest made = RequestChange.None.Apply(old);
        Assert.Null(RandomRecord.Difference(had, member.GetValue(GroupOf(made, group))));
    }

    private static ContainerRequest Empty() => new() { Image = "a", Resources = new(), Security = new() };

    private static object GroupOf(ContainerRequest request, Type group) =>
        group == typeof(ResourceRequest) ? request.Resources : group == typeof(SecurityRequest) ? request.Security : request;

    // Anything but the default; a variable without a value would be one that goes, and of a name that is said twice one remains.
    private static object Asked(PropertyInfo member, object ofDefault)
    {
        if (member.Name == nameof(ContainerRequest.Environment))
            return (List<string>)["NAME=value"];
        for (int seed = 1; ; seed++)
        {
            object any = GroupOf(new RandomRecord(seed).Make<ContainerRequest>(), member.DeclaringType!);
            if (member.GetValue(any) is { } value && !(value is IEnumerable<string> names && names.Distinct().Count() < names.Count()) && RandomRecord.Difference(value, member.GetValue(ofDefault)) is not null)
                return value;
        }
    }
}
