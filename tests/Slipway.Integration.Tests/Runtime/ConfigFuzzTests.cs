using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Runtime;

/// <summary>Whatever config.json holds: a container, or exit code 1 with one message. Seeds are fixed.</summary>
public sealed class ConfigFuzzTests
{
    // One of each kind of value; the last is no number of any type.
    private static readonly string[] s_values = ["null", "true", "7", "\"x\"", "[]", "{}", "-1", "1.5", "99999999999999999999999999", "1e400"];

    [Fact]
    public void Create_UnharmedTwin_Starts()
    {
        using RuntimeBundle bundle = Full();
        bundle.Ok("create", bundle.Id);
        bundle.Ok("start", bundle.Id);
    }

    [Fact]
    public void Create_OtherValueAtEachPath_StartsOrNamesThePath()
    {
        using RuntimeBundle bundle = Full();
        string whole = File.ReadAllText(bundle.ConfigPath);
        foreach (string path in Paths(JsonNode.Parse(whole)!, ""))
        {
            foreach (string value in s_values)
            {
                JsonNode config = JsonNode.Parse(whole)!;
                bool otherKind = Replace(config, path, value);
                string? message = Create(bundle, Encoding.UTF8.GetBytes(config.ToJsonString()), $"{path} = {value}");
                if (otherKind)
                    Assert.True(message?.Contains(Shown(path), StringComparison.Ordinal) == true, $"{path} = {value}: {message ?? "started"}");
            }
        }
    }

    [Fact]
    public void Create_MemberMissing_StartsOrSaysSo()
    {
        using RuntimeBundle bundle = Full();
        string whole = File.ReadAllText(bundle.ConfigPath);
        foreach (string path in Paths(JsonNode.Parse(whole)!, "").Where(path => !path.EndsWith(']')))
        {
            JsonNode config = JsonNode.Parse(whole)!;
            (JsonNode parent, string name) = Find(config, path);
            parent.AsObject().Remove(name);
            Create(bundle, Encoding.UTF8.GetBytes(config.ToJsonString()), $"without {path}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Create_BytesChanged_StartsOrSaysWhatIsWrong(int seed)
    {
        using RuntimeBundle bundle = Full();
        byte[] whole = File.ReadAllBytes(bundle.ConfigPath);
        var random = new Random(seed);
        for (int i = 0; i < 100; i++)
            Create(bundle, Mutate(whole, random), $"seed {seed}, round {i}");
    }

    [Fact]
    public void Create_NotADocumentAtAll_SaysSo()
    {
        using RuntimeBundle bundle = Full();
        string whole = File.ReadAllText(bundle.ConfigPath);
        foreach (string text in (string[])
        [
            "", " ", "null", "7", "[]", "{", "{}", "\0", "{\"process\":", new string('[', 100_000), string.Concat(Enumerable.Repeat("{\"a\":", 100_000)),
            whole[..(whole.Length / 2)], whole + "}", whole.Replace("\"ociVersion\"", "\"ociVersion\":\"1.0.0\",\"ociVersion\"", StringComparison.Ordinal),
            "{\"a\":\"" + new string('x', 9_000_000) + "\"}",
        ])
            Assert.NotNull(Create(bundle, Encoding.UTF8.GetBytes(text), text[..Math.Min(text.Length, 40)]));
        Assert.NotNull(Create(bundle, [0xff, 0xfe, .. Encoding.Unicode.GetBytes(whole)], "UTF-16"));
    }

    private static RuntimeBundle Full() => RuntimeBundle.Prepare("exit 0", static config =>
    {
        config["domainname"] = "test";
        config["annotations"] = JsonNode.Parse("""{"org.example":"x"}""");
        config["process"]!["user"] = JsonNode.Parse("""{"uid":0,"gid":0,"umask":18,"additionalGids":[5]}""");
        config["process"]!["oomScoreAdj"] = 100;
        config["process"]!["ioPriority"] = JsonNode.Parse("""{"class":"IOPRIO_CLASS_BE","priority":4}""");
        config["process"]!["scheduler"] = JsonNode.Parse("""{"policy":"SCHED_OTHER","nice":1}""");
        config["linux"]!["sysctl"] = JsonNode.Parse("""{"net.ipv4.ip_forward":"1"}""");
        config["linux"]!["rootfsPropagation"] = "private";
        config["linux"]!["personality"] = JsonNode.Parse("""{"domain":"LINUX"}""");
        config["linux"]!["devices"] = JsonNode.Parse("""[{"path":"/dev/fuse2","type":"c","major":10,"minor":229,"fileMode":438,"uid":0,"gid":0}]""");
        config["linux"]!["resources"] = JsonNode.Parse("""
            {"devices":[{"allow":false,"access":"rwm"},{"allow":true,"type":"c","major":1,"minor":3,"access":"rw"}],
            "memory":{"limit":67108864,"reservation":33554432},"cpu":{"shares":100,"quota":50000,"period":100000},"pids":{"limit":50}}
            """);
        config["linux"]!["seccomp"] = JsonNode.Parse("""
            {"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],"flags":[],
            "syscalls":[{"names":["chmod"],"action":"SCMP_ACT_ERRNO","errnoRet":1,"args":[{"index":0,"value":1,"valueTwo":2,"op":"SCMP_CMP_EQ"}]}]}
            """);
    });

    // What it said when it failed; null when it started.
    private static string? Create(RuntimeBundle bundle, byte[] config, string what)
    {
        try
        {
            return CreateAndDelete(bundle, config, what);
        }
        finally
        {
            CgroupParents.RemoveOf(config);
        }
    }

    private static string? CreateAndDelete(RuntimeBundle bundle, byte[] config, string what)
    {
        File.WriteAllBytes(bundle.ConfigPath, config);
        Slip.Result result = bundle.Call("create", bundle.Id);
        string[] errors = [.. result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.Contains(" level=warning ", StringComparison.Ordinal))];
        if (result.ExitCode == 0)
        {
            Assert.True(errors.Length == 0, $"{what}: {result.Errors}");
            bundle.Ok("delete", "--force", bundle.Id);
            return null;
        }
        Assert.True(result.ExitCode == 1 && errors.Length == 1 && errors[0].Contains("level=error msg=", StringComparison.Ordinal), $"{what}: exit {result.ExitCode}\n{result.Errors}");
        Assert.True(!Directory.Exists(bundle.Kept), $"{what}: {bundle.Kept} is left\n{result.Errors}");
        return errors[0];
    }

    private static byte[] Mutate(byte[] whole, Random random)
    {
        List<byte> bytes = [.. whole];
        for (int change = random.Next(1, 5); change > 0; change--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
                    break;
                case 2:
                    bytes.Insert(at, (byte)"0123456789-\"{}[],:e\\\0"[random.Next(21)]);
                    break;
                default:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }
        return [.. bytes];
    }

    // "a.b[0].c", of every value.
    private static IEnumerable<string> Paths(JsonNode node, string path)
    {
        if (path.Length > 0)
            yield return path;
        IEnumerable<(string, JsonNode?)> children = node switch
        {
            JsonObject members => members.Select(member => ($"{path}{(path.Length == 0 ? "" : "\t")}{member.Key}", member.Value)),
            JsonArray items => items.Select((item, i) => ($"{path}\t[{i}]", item)),
            _ => [],
        };
        foreach ((string child, JsonNode? value) in children)
        {
            if (value is null)
                continue;
            foreach (string deeper in Paths(value, child))
                yield return deeper;
        }
    }

    private static string Shown(string path) => path.Replace("\t[", "[", StringComparison.Ordinal).Split('\t') is var names && names[^1].Contains('.', StringComparison.Ordinal)
        ? string.Join('.', names.SkipLast(1))
        : string.Join('.', names);

    private static (JsonNode Parent, string Name) Find(JsonNode config, string path)
    {
        string[] names = path.Split('\t');
        JsonNode parent = names.SkipLast(1).Aggregate(config, static (node, name) => name[0] == '[' ? node[int.Parse(name[1..^1])]! : node[name]!);
        return (parent, names[^1]);
    }

    // Whether the new one is of another kind, which no member takes; null is the same as nothing.
    private static bool Replace(JsonNode config, string path, string value)
    {
        (JsonNode parent, string name) = Find(config, path);
        JsonNode? replacement = JsonNode.Parse(value);
        JsonNode old = name[0] == '[' ? parent[int.Parse(name[1..^1])]! : parent[name]!;
        if (name[0] == '[')
            parent[int.Parse(name[1..^1])] = replacement;
        else
            parent[name] = replacement;
        return replacement is not null && Kind(old) != Kind(replacement);
    }

    private static JsonValueKind Kind(JsonNode node) => node.GetValueKind() is var kind && kind == JsonValueKind.False ? JsonValueKind.True : kind;
}
