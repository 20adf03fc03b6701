using Slipway.Engine.Devices;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Xunit;

namespace Slipway.Engine.Tests.Devices;

/// <summary>Files of the Container Device Interface, as vendors' programs write them and as hostile ones might be.</summary>
public sealed class CdiRegistryTests : IDisposable
{
    private const string Json = """
        {"cdiVersion":"0.6.0","kind":"vendor.example/net","containerEdits":{"env":["ALL=yes"],"additionalGids":[7]},
         "devices":[{"name":"one","containerEdits":{
           "env":["FOO=bar"],"deviceNodes":[{"path":"/dev/vendor0","hostPath":"/dev/null","fileMode":438,"permissions":"rw","uid":1,"gid":2}],
           "mounts":[{"hostPath":"/lib/a.so","containerPath":"/usr/lib/a.so","options":["ro","bind"]},{"hostPath":"/b","containerPath":"/c"}],
           "hooks":[{"hookName":"createContainer","path":"/bin/hook","args":["hook","update"],"env":["A=b"],"timeout":3}]}},
          {"name":"two","annotations":{"x":"y"},"containerEdits":{"env":["FOO=two"]}}]}
        """;

    private const string Yaml = """
        ---
        cdiVersion: "0.6.0"
        kind: vendor.example/net
        containerEdits:
          env: [ALL=yes]
          additionalGids: [7]
        devices:
        - name: one
          containerEdits:
            env:
            - FOO=bar
            deviceNodes:
            - path: /dev/vendor0
              hostPath: /dev/null
              fileMode: 0666
              permissions: rw
              uid: 1
              gid: 0x2
            mounts:
            - {hostPath: /lib/a.so, containerPath: /usr/lib/a.so, options: [ro, bind]}
            - {hostPath: /b, containerPath: /c}
            hooks:
            - hookName: createContainer
              path: /bin/hook
              args: [hook, update]
              env: ["A=b"]
              timeout: 3
        - name: "two"
          annotations: {x: y}
          containerEdits: {env: [FOO=two]}
        """;

    private readonly string _root = Directory.CreateTempSubdirectory("slipway-cdi-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("net.json", Json)]
    [InlineData("net.yaml", Yaml)]
    public void Resolve_OfEitherForm_IsWhatAllNeedAndThenEach(string name, string text)
    {
        CdiRegistry registry = With("a", (name, text));
        Assert.Equal(["vendor.example/net=one", "vendor.example/net=two"], registry.Names);

        CdiEdits edits = registry.Resolve(["vendor.example/net=two", "vendor.example/net=one", "vendor.example/net=two"]);

        Assert.Equal(["ALL=yes", "FOO=two", "FOO=bar"], edits.Environment);
        Assert.Equal([7u], edits.Groups);
        Assert.Equal(new CdiNode("/dev/vendor0", "/dev/null") { FileMode = 0b110_110_110, Access = "rw", Uid = 1, Gid = 2 }, Assert.Single(edits.Nodes));
        Assert.Equal(["/lib/a.so /usr/lib/a.so bind ro,bind", "/b /c bind rbind"], edits.Mounts.Select(m => $"{m.Source} {m.Destination} {m.Type} {string.Join(',', m.Options!)}"));
        HookSpec hook = Assert.Single(edits.Hooks.CreateContainer!);
        Assert.Equal("/bin/hook hook,update A=b 3", $"{hook.Path} {string.Join(',', hook.Args!)} {string.Join(',', hook.Env!)} {hook.Timeout}");
        Assert.Null(edits.Hooks.Prestart);
    }

    [Fact]
    public void Open_ALaterDirectory_CountsMore()
    {
        With("a", ("net.json", Json));
        CdiRegistry registry = With("b", ("net.yaml", "cdiVersion: 0.5.0\nkind: vendor.example/net\ndevices: [{name: one, containerEdits: {env: [FOO=later]}}]\n"));
        Assert.Equal(["FOO=later"], registry.Resolve(["vendor.example/net=one"]).Environment);
        Assert.Equal(["ALL=yes", "FOO=two"], registry.Resolve(["vendor.example/net=two"]).Environment);
    }

    [Fact]
    public void Resolve_TwoOfOneNameInOneDirectory_IsRefusedAndTheOtherIsNot()
    {
        CdiRegistry registry = With("a", ("net.json", Json), ("net.yaml", "cdiVersion: 0.5.0\nkind: vendor.example/net\ndevices: [{name: one}]\n"));
        Assert.Contains("conflicting device \"vendor.example/net=one\"", Refused(registry, "vendor.example/net=one").Message, StringComparison.Ordinal);
        Assert.Equal(["vendor.example/net=two"], registry.Names);
    }

    [Fact]
    public void Resolve_OneThatIsNot_TellsWhichAreAndWhichFileIsBroken()
    {
        CdiRegistry registry = With("a", ("net.json", Json), ("broken.yaml", "kind: [x\n"), ("notes.txt", "nothing"));
        SlipwayException refused = Refused(registry, "vendor.example/net=three", "other.example/x=y");
        Assert.Equal("CDI device injection failed: unresolvable CDI devices vendor.example/net=three, other.example/x=y", refused.Message);
        Assert.Contains("there are vendor.example/net=one, vendor.example/net=two", refused.Hint, StringComparison.Ordinal);
        Assert.Contains("broken.yaml': line 2", refused.Hint, StringComparison.Ordinal);
        Assert.Contains("no device is described in", Refused(CdiRegistry.Open([Path.Combine(_root, "nowhere")]), "a.b/c=d").Hint, StringComparison.Ordinal);
        Assert.Contains("switched off", Refused(CdiRegistry.Open([]), "a.b/c=d").Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"kind":"a.b/c","devices":[]}""", "cdiVersion: it is missing")]
    [InlineData("""{"cdiVersion":"1","devices":[]}""", "kind: it is missing")]
    [InlineData("""{"cdiVersion":"1","kind":"nothing","devices":[]}""", "kind: expected a vendor and a class")]
    [InlineData("""{"cdiVersion":"1","kind":"a.b/c","devices":[{}]}""", "devices[0].name: it is missing")]
    [InlineData("""{"cdiVersion":"1","kind":"a.b/c","containerEdits":{"mounts":[{"hostPath":"/a"}]}}""", "mounts[0].containerPath: it is missing")]
    [InlineData("""{"cdiVersion":"1","kind":"a.b/c","containerEdits":{"env":["A=\u0000"]}}""", "env[0]")]
    [InlineData("a: &a [x]\nb: *a\n", "line 2")]
    [InlineData("a: b\na: c\n", "a: ")]
    [InlineData("\"\\xff", "line 1")]
    public void Open_ABrokenFile_IsToldByItsPlace(string text, string why)
    {
        CdiRegistry registry = With("a", (text.StartsWith('{') ? "x.json" : "x.yaml", text));
        Assert.Empty(registry.Names);
        Assert.Contains(why, Refused(registry, "a.b/c=d").Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AFileThatIsTooDeepOrNotText_IsToldAndEnds()
    {
        CdiRegistry registry = With("a", ("deep.yaml", new string('[', 100_000)), ("deep.json", new string('[', 100_000)));
        File.WriteAllBytes(Path.Combine(_root, "a", "binary.yaml"), [0xff, 0xfe, 0xfd, 0x80]);
        registry = CdiRegistry.Open([Path.Combine(_root, "a")]);
        string? hint = Refused(registry, "a.b/c=d").Hint;
        Assert.Contains("levels", hint, StringComparison.Ordinal);
        Assert.Contains("binary.yaml", hint, StringComparison.Ordinal);
        Assert.Contains("deep.json", hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"intelRdt\":{\"closID\":\"x\"}", "intelRdt is not supported")]
    [InlineData("\"netDevices\":[{\"hostInterfaceName\":\"eth1\",\"name\":\"eth1\"}]", "netDevices is not supported")]
    [InlineData("\"hooks\":[{\"hookName\":\"poststop\",\"path\":\"/bin/true\"}]", "the hook poststop is not supported")]
    public void Resolve_WhatNothingAnswersTo_IsRefusedByName(string edits, string why)
    {
        CdiRegistry registry = With("a", ("x.json", $$"""{"cdiVersion":"1.1.0","kind":"a.b/c","containerEdits":{{{edits}}},"devices":[{"name":"d"}]}"""));
        SlipwayException refused = Refused(registry, "a.b/c=d");
        Assert.Equal(ErrorKind.NotSupported, refused.Kind);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nvidia.com/gpu=all", true)]
    [InlineData("nvidia.com/gpu=GPU-fef8089b-4820", true)]
    [InlineData("vendor1.com/device=0:1", true)]
    [InlineData("/dev/fuse", false)]
    [InlineData("/dev/a=b", false)]
    [InlineData("vendor/=x", false)]
    [InlineData("vendor/net=", false)]
    [InlineData("1vendor/net=x", false)]
    [InlineData("vendor/net=-x", false)]
    [InlineData("vendor/net=x/y", false)]
    public void TryParse_AName(string text, bool isOne) => Assert.Equal(isOne, CdiName.TryParse(text, out CdiName? name) && name.ToString() == text);

    private CdiRegistry With(string directory, params ReadOnlySpan<(string Name, string Text)> files)
    {
        string path = Directory.CreateDirectory(Path.Combine(_root, directory)).FullName;
        foreach ((string name, string text) in files)
            File.WriteAllText(Path.Combine(path, name), text);
        return CdiRegistry.Open([.. Directory.GetDirectories(_root).Order(StringComparer.Ordinal)]);
    }

    private static SlipwayException Refused(CdiRegistry registry, params string[] names) => Assert.Throws<SlipwayException>(() => registry.Resolve(names));
}
