using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Runtime;

/// <summary>A start that fails says so in one line, and leaves nothing, at whatever step that is.</summary>
public sealed class FailedCreateTests
{
    [Theory]
    [InlineData("mounts[+]", """{"destination":"/x","type":"bind","source":"/nonexistent","options":["bind"]}""", "/nonexistent")]
    [InlineData("mounts[+]", """{"destination":"/x","type":"nosuchfs","source":"x"}""", "nosuchfs")]
    [InlineData("mounts[+]", """{"destination":"/x","type":"tmpfs","source":"x","options":["size=much"]}""", "'/x'")]
    [InlineData("mounts[+]", """{"destination":"/bin/busybox/x","type":"tmpfs","source":"x"}""", "/bin/busybox/x")]
    [InlineData("linux.devices", """[{"path":"/bin/busybox/null","type":"c","major":1,"minor":3}]""", "/bin/busybox")]
    [InlineData("root.path", "\"nowhere\"", "nowhere")]
    [InlineData("process.cwd", "\"/bin/busybox\"", "'/bin/busybox'")]
    [InlineData("process.args", """["/nothing/here"]""", "/nothing/here")]
    [InlineData("process.args", """["/dev"]""", "/dev")]
    [InlineData("linux.resources", """{"cpu":{"quota":5}}""", "cpu")]
    [InlineData("linux.resources", """{"cpu":{"cpus":"4000"}}""", "cpus")]
    [InlineData("linux.sysctl", """{"net.ipv4.ip_forward":"much"}""", "ip_forward")]
    [InlineData("linux.namespaces[+]", """{"type":"user","path":"/proc/self/ns/nothing"}""", "/proc/self/ns/nothing")]
    [InlineData("hooks", """{"prestart":[{"path":"/bin/false"}]}""", "prestart hook #0")]
    [InlineData("hooks", """{"createRuntime":[{"path":"/nothing/here"}]}""", "createRuntime hook #0")]
    [InlineData("hooks", """{"createContainer":[{"path":"/bin/false"}]}""", "createContainer hook #0")]
    [InlineData("hooks", """{"createRuntime":[{"path":"/bin/sleep","args":["sleep","1000"],"timeout":1}]}""", "createRuntime hook #0")]
    [InlineData("linux.seccomp", """{"defaultAction":"SCMP_ACT_ALLOW","listenerPath":"/nobody","syscalls":[{"names":["chmod"],"action":"SCMP_ACT_NOTIFY"}]}""", "seccomp agent")]
    public void Create_StepFails_OneMessageAndNothingLeft(string member, string value, string named)
    {
        using RuntimeBundle bundle = RuntimeBundle.Prepare("sleep 1000", config => Set(config, member, value));
        foreach (string command in (string[])["create", "run"])
        {
            Slip.Result result = bundle.Call(command, bundle.Id);
            // 255 is what a program that can't be executed gives in place of its own code: not here.
            Assert.Equal(1, result.ExitCode);
            string message = Assert.Single(result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Contains("level=error", message, StringComparison.Ordinal);
            Assert.Contains(named, message, StringComparison.Ordinal);
            Leftovers.AssertNone(bundle, $"{command} with {member} {value}");
        }
    }

    [Theory]
    [InlineData("--pid-file", "/nothing/here/pid")]
    [InlineData("--pidfd-socket", "/nothing/here")]
    public void Create_CannotBeHandedOut_NothingLeft(string option, string value)
    {
        using RuntimeBundle bundle = RuntimeBundle.Prepare("sleep 1000", static _ => { });
        Slip.Result result = bundle.Call("create", option, value, bundle.Id);
        Assert.Equal(1, result.ExitCode);
        Leftovers.AssertNone(bundle, option);
    }

    [Fact]
    public void Create_NothingWrong_StartsAndIsDeletedWithoutATrace()
    {
        using RuntimeBundle bundle = RuntimeBundle.Prepare("sleep 1000", static _ => { });
        bundle.Ok("create", bundle.Id);
        bundle.Ok("start", bundle.Id);
        bundle.Ok("delete", "--force", bundle.Id);
        Leftovers.AssertNone(bundle, "delete");
    }

    // "a.b[+]" appends to a list.
    private static void Set(JsonNode config, string member, string value)
    {
        string[] names = member.Replace("[+]", "", StringComparison.Ordinal).Split('.');
        JsonNode parent = names.SkipLast(1).Aggregate(config, static (node, name) => node[name]!);
        if (member.EndsWith("[+]", StringComparison.Ordinal))
            parent[names[^1]]!.AsArray().Add(JsonNode.Parse(value));
        else
            parent[names[^1]] = JsonNode.Parse(value);
    }
}
