using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary><c>docker build</c> with the buildx of Debian's next release, unmodified, at a slipd: what newer ones ask beside what <see cref="BuildKitTests"/> shows.</summary>
public sealed class NewerBuildxTests
{
    private const string Described = """
        # release is what runs in production
        ARG VERSION=1
        ARG UNUSED=1
        # base has the tools
        FROM busybox AS base
        # COLOUR is what it is painted in
        ARG COLOUR=red
        ARG VERSION
        RUN --mount=type=secret,id=tok,required=true --mount=type=cache,target=/root/.cache true
        FROM busybox AS other
        ARG OTHER
        # release is what runs in production
        FROM base AS release
        RUN --mount=type=ssh true

        """;

    [Fact]
    public void Build_OfADirectory_MakesTheImage()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string context = Context(slipd, "FROM busybox\nCOPY . /in\nRUN echo hello > /who\nCMD [\"cat\", \"/who\", \"/in/a\"]\n");
        string progress = Ok(slipd.NewerBuildx(null, "build", "-t", "app", context)).Errors;
        Assert.Contains("[3/3] RUN echo hello > /who", progress, StringComparison.Ordinal);
        Assert.Equal("hello\nfirst", slipd.DockerOk("run", "--rm", "--network", "none", "app"));
        Assert.Contains("CACHED", Ok(slipd.NewerBuildx(null, "build", context)).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_ThatFails_ShowsTheLine()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Slip.Result result = slipd.NewerBuildx(null, "build", Context(slipd, "FROM busybox\nRUN exit 7\n"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("   2 | >>> RUN exit 7", result.Errors, StringComparison.Ordinal);
        Assert.Contains("process \"/bin/sh -c exit 7\" did not complete successfully: exit code: 7", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_OfWhatCouldBeBetter_ShowsTheRulesAndLinesAndBuildsNothing()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Slip.Result result = slipd.NewerBuildx(null, "build", "--check", Context(slipd, "FROM busybox\nMAINTAINER me\nRUN touch /never\n"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Check complete, 1 warning has been found!", result.Output, StringComparison.Ordinal);
        Assert.Contains("MaintainerDeprecated", result.Output, StringComparison.Ordinal);
        Assert.Contains("   2 | >>> MAINTAINER me", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("touch /never", slipd.BuildxOk("buildx", "du", "--verbose").Output, StringComparison.Ordinal);
        JsonNode json = JsonNode.Parse(slipd.NewerBuildx(null, "build", "--call", "check,format=json", Path.Combine(slipd.Slip.Scratch, "context")).Output)!;
        Assert.Equal("MaintainerDeprecated", (string?)json["warnings"]![0]!["ruleName"]);
        Assert.Equal(2, (int?)json["warnings"]![0]!["location"]!["ranges"]![0]!["start"]!["line"]);
    }

    [Fact]
    public void Check_OfWhatIsWrong_ShowsTheErrorWithItsLine()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Slip.Result result = slipd.NewerBuildx(null, "build", "--check", Context(slipd, "FROM busybox\nCOPY --from=nosuch\n"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("   2 | >>> COPY --from=nosuch", result.Output + result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_OfWhatIsWell_SaysSo()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Contains("Check complete, no warnings found.", Ok(slipd.NewerBuildx(null, "build", "--check", Context(slipd, "FROM busybox\nCOPY a /\n"))).Output, StringComparison.Ordinal);
        // From standard input too: there the definition comes with the context.
        Assert.Contains("no warnings", Ok(slipd.NewerBuildx("FROM busybox\n"u8.ToArray(), "build", "--check", "-")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Call_OutlineAndTargets_TellWhatTheDockerfileOffers()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string context = Context(slipd, Described);
        JsonNode outline = JsonNode.Parse(Ok(slipd.NewerBuildx(null, "build", "--call", "outline,format=json", "--build-arg", "COLOUR=blue", context)).Output)!;
        Assert.Equal(["VERSION 1", "COLOUR blue"], outline["args"]!.AsArray().Select(arg => $"{arg!["name"]} {arg["value"]}"));
        Assert.Equal("is what it is painted in", (string?)outline["args"]![1]!["description"]);
        Assert.Equal(["tok True"], outline["secrets"]!.AsArray().Select(secret => $"{secret!["name"]} {(bool)secret["required"]!}"));
        Assert.Equal("default", (string?)outline["ssh"]![0]!["name"]);
        Assert.Equal("is what runs in production", (string?)outline["description"]);
        Assert.Contains("COLOUR", Ok(slipd.NewerBuildx(null, "build", "--call", "outline", "--target", "base", context)).Output, StringComparison.Ordinal);

        string targets = Ok(slipd.NewerBuildx(null, "build", "--call", "targets", context)).Output;
        Assert.Matches(@"(?m)^base\s+has the tools$", targets);
        Assert.Matches(@"(?m)^release \(default\)\s+is what runs in production$", targets);
        Assert.Matches(@"(?m)^outline\s+1\.0\.0", Ok(slipd.NewerBuildx(null, "build", "--call", "subrequests.describe", context)).Output);
        Assert.Contains("frontend.nosuch", slipd.NewerBuildx(null, "build", "--call", "nosuch", context).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_WithCachesFromElsewhere_IsMadeWithoutThemAndSaysSo()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string context = Context(slipd, "FROM busybox\nRUN true\n"), cache = Path.Combine(slipd.Slip.Scratch, "cache");
        Directory.CreateDirectory(cache);
        string progress = Ok(slipd.NewerBuildx(null, "build", "--cache-from", "type=registry,ref=registry.invalid/x:cache", "--cache-from", "registry.invalid/y", context)).Errors;
        Assert.Contains("importing cache manifest from registry.invalid/x:cache", progress, StringComparison.Ordinal);
        Assert.Contains("importing cache manifest from registry.invalid/y", progress, StringComparison.Ordinal);
        Assert.Contains("not used: steps come from what this daemon has made itself", progress, StringComparison.Ordinal);
        Assert.DoesNotContain("importing cache", Ok(slipd.NewerBuildx(null, "build", context)).Errors, StringComparison.Ordinal);
        Assert.Contains("importing cache manifest from registry.invalid/x:cache", slipd.BuildxOk("build", "--cache-from", "registry.invalid/x:cache", context).Progress, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_WithALayoutOfTheClients_HasItsImage()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string layout = Directory.CreateDirectory(Path.Combine(slipd.Slip.Scratch, "layout")).FullName, archive = Path.Combine(slipd.Slip.Scratch, "image.tar");
        slipd.Slip.Commit("carried", "echo carried > /mark");
        slipd.Slip.Ok("save", "-o", archive, "carried");
        HostShell.Run($"tar -C {layout} -xf {archive}");
        string digest = (string)JsonNode.Parse(File.ReadAllText(Path.Combine(layout, "index.json")))!["manifests"]![0]!["digest"]!;
        slipd.Slip.Ok("rmi", "carried");
        string context = Context(slipd, "FROM base\nRUN cat /mark > /seen && cat /seen\n");
        foreach (Func<byte[]?, string[], Slip.Result> buildx in (Func<byte[]?, string[], Slip.Result>[])[slipd.NewerBuildx, slipd.Buildx])
            Assert.Contains("carried", Ok(buildx(null, ["build", "--no-cache", "--build-context", $"base=oci-layout://{layout}@{digest}", context])).Errors, StringComparison.Ordinal);

        // What its digest doesn't say, and what isn't there.
        string blobs = Path.Combine(layout, "blobs", "sha256"), manifest = Path.Combine(blobs, digest.Split(':')[1]);
        string layer = ((string)JsonNode.Parse(File.ReadAllText(manifest))!["layers"]!.AsArray()[^1]!["digest"]!).Split(':')[1];
        byte[] bytes = File.ReadAllBytes(Path.Combine(blobs, layer));
        bytes[^1] ^= 1;
        File.WriteAllBytes(Path.Combine(blobs, layer), bytes);
        slipd.Slip.Ok("image", "prune", "-a", "-f");
        slipd.Slip.Ok("builder", "prune", "-a", "-f");
        string[] again = ["build", "--build-context", $"base=oci-layout://{layout}@{digest}", context];
        Assert.Contains($"the client's layout has something else for sha256:{layer}", slipd.NewerBuildx(null, again).Errors, StringComparison.Ordinal);
        File.Delete(Path.Combine(blobs, layer));
        Assert.Contains($"the client's layout has no sha256:{layer}", slipd.NewerBuildx(null, again).Errors, StringComparison.Ordinal);
    }

    private static string Context(Slipd slipd, string dockerfile)
    {
        slipd.Slip.Write("context/a", "first\n");
        return Path.GetDirectoryName(slipd.Slip.Write("context/Dockerfile", dockerfile))!;
    }

    private static Slip.Result Ok(Slip.Result result)
    {
        Assert.True(result.ExitCode == 0, $"exit {result.ExitCode}\n{result.Output}\n{result.Errors}");
        return result;
    }
}
