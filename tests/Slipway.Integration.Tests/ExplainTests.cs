using System.Text.Json;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary><c>slip explain</c> and <c>slip diff A B</c> on images that were built and containers that ran.</summary>
public sealed class ExplainTests
{
    private static string Build(Slip slip, string name, string dockerfile)
    {
        string file = slip.Write("ctx/" + name, dockerfile);
        return slip.Ok("build", "-q", "-t", name, "-f", file, Path.GetDirectoryName(file)!);
    }

    // What gravitino's image once did: a whole tree copied, and stored again by chmod.
    [Fact]
    public void Explain_ChmodAfterCopy_HintedDockerfileHasTheSameTree()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("ctx/package/bin/start.sh", "#!/bin/sh\n");
        slip.Write("ctx/package/libs/large.jar", new string('j', 300_000));
        slip.Write("ctx/package/conf/a.conf", "a=b\n");
        Build(slip, "wasteful", "FROM busybox\nRUN mkdir -p /root/gravitino\nCOPY package /root/gravitino\nRUN chmod -R 755 /root/gravitino\n");
        JsonElement image = JsonDocument.Parse(slip.Ok("explain", "--format", "json", "wasteful")).RootElement;
        Assert.Equal(300_014, image.GetProperty("hiddenBytes").GetInt64());
        JsonElement hidden = image.GetProperty("hidden").EnumerateArray().Single();
        Assert.Equal(("doubled", 3, "mode"), (hidden.GetProperty("kind").GetString(), hidden.GetProperty("files").GetInt32(), hidden.GetProperty("changed")[0].GetString()));
        string fix = hidden.GetProperty("fix").GetString()!;
        Assert.Equal("write 'COPY --chmod=0755 package /root/gravitino', and leave out 'RUN chmod -R 755 /root/gravitino'", fix);
        Build(slip, "lean", $"FROM busybox\nRUN mkdir -p /root/gravitino\n{fix.Split('\'')[1]}\n");
        Assert.Equal("no difference", slip.Ok("diff", "wasteful", "lean"));
        Assert.Equal(0, JsonDocument.Parse(slip.Ok("explain", "--format", "json", "lean")).RootElement.GetProperty("hiddenBytes").GetInt64());
        string text = slip.Ok("explain", "wasteful");
        Assert.Contains("300kB  layer 3  COPY package /root/gravitino", text, StringComparison.Ordinal);
        Assert.Contains("stored again with another mode by layer 4  RUN chmod -R 755 /root/gravitino", text, StringComparison.Ordinal);
        Assert.Contains("fix: " + fix, text, StringComparison.Ordinal);
        Assert.Contains("300014B", slip.Ok("explain", "-v", "wasteful"), StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_Path_SaysLayerInstructionAndWhatItHides()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("ctx/a", "one");
        Build(slip, "image", "FROM busybox\nCOPY a /etc/a\nRUN echo longer > /etc/a\nRUN rm /etc/group; printf 'bad\\033[2Jname' > \"/etc/$(printf 'x\\033y')\"\n");
        string text = slip.Ok("explain", "image", "/etc/a");
        Assert.Contains("is        file 7B, mode 0644, owner 0:0", text, StringComparison.Ordinal);
        Assert.Contains("made by   RUN echo longer > /etc/a", text, StringComparison.Ordinal);
        Assert.Contains("hidden    layer 2: file 3B", text, StringComparison.Ordinal);
        Assert.Contains("removed   by layer 4", slip.Ok("explain", "image", "etc/group"), StringComparison.Ordinal);
        Assert.Contains("link to busybox", slip.Ok("explain", "image", "/bin/sh"), StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', slip.Ok("explain", "image", "/etc/x\u001by"));
        Assert.DoesNotContain('\u001b', slip.Ok("diff", "busybox", "image"));
        Assert.Contains("no layer has '/nothing'", slip.Run("explain", "image", "/nothing").Errors, StringComparison.Ordinal);
        Assert.Contains("No such image: nothing", slip.Run("explain", "nothing").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Diff_ImagesLayersAndContainers_AreComparedWithEachOther()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Write("ctx/a", "one");
        Build(slip, "image", "FROM busybox\nCOPY a /etc/a\nRUN echo longer > /etc/a; rm /etc/group; chmod 600 /etc/passwd\n");
        // A RUN leaves the places that it had mounts on, where the image has none.
        Assert.Equal(
            ["A /dev  (directory)", "A /etc/a  (file 7B)", "D /etc/group  (file 40B)", "C /etc/passwd  (mode 0644 -> 0600)", "A /proc  (directory)", "A /sys  (directory)", "4 added (+7B), 1 changed (+0B), 1 deleted (-40B)"],
            slip.Ok("diff", "busybox", "image").Split('\n'));
        Assert.Equal("/: 3 added (+0B)\n/etc: 1 added (+7B), 1 changed (+0B), 1 deleted (-40B)\n4 added (+7B), 1 changed (+0B), 1 deleted (-40B)", slip.Ok("diff", "--stat", "busybox", "image"));
        string[] layers = [.. JsonDocument.Parse(slip.Ok("image", "inspect", "image")).RootElement[0].GetProperty("Slipway").GetProperty("Layers").EnumerateArray().Select(l => l.GetProperty("ChainId").GetString()!)];
        Assert.Contains("A /etc/a  (file 3B)", slip.Ok("diff", "busybox", layers[1]), StringComparison.Ordinal);
        Assert.Equal("no difference", slip.Ok("diff", "image", "layer:" + layers[2]["sha256:".Length..][..12]));
        slip.Ok("run", "--name", "ran", "image", "sh", "-c", "echo x > /new; ln -s /new /etc/link; rm /etc/a");
        Assert.Equal(["D /etc/a  (file 7B)", "A /etc/link  (link to /new)", "A /new  (file 2B)", "2 added (+2B), 1 deleted (-7B)"], slip.Ok("diff", "image", "ran").Split('\n'));
        slip.Ok("create", "--name", "fresh", "image", "true");
        Assert.Equal("no difference", slip.Ok("diff", "image", "fresh"));
        Assert.Contains("{\"kind\":\"deleted\",\"path\":\"/new\",\"before\":{\"type\":\"file\",", slip.Ok("diff", "--format", "json", "ran", "image"), StringComparison.Ordinal);
        // One name alone is docker's.
        Assert.Equal("C /etc\nD /etc/a\nA /etc/link\nA /new", slip.Ok("diff", "ran"));
    }

    [Fact]
    public void Diff_NameOfTwoThings_AsksWhich()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("create", "--name", "busybox", "busybox", "true");
        Slip.Result result = slip.Run("diff", "busybox", "busybox");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("'busybox' is a container and an image", result.Errors, StringComparison.Ordinal);
        Assert.Contains("'container:busybox' or 'image:busybox'", result.Errors, StringComparison.Ordinal);
        Assert.Equal("no difference", slip.Ok("diff", "container:busybox", "image:busybox"));
        Assert.Contains("No such container: nothing", slip.Run("diff", "container:nothing", "image:busybox").Errors, StringComparison.Ordinal);
    }
}
