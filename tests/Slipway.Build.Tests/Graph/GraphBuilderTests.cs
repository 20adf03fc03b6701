using System.Text;
using Slipway.Build.Context;
using Slipway.Build.Dockerfile;
using Slipway.Build.Graph;
using Slipway.Build.Solving;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;
using Xunit;

namespace Slipway.Build.Tests.Graph;

public sealed class GraphBuilderTests
{
    [Fact]
    public void Build_UnneededStage_HasNoSteps()
    {
        BuildGraph graph = Build("FROM scratch AS a\nCOPY x /\nFROM missing AS b\nRUN x\nFROM a\nCOPY y /\n");

        Assert.Equal(["FROM scratch", "COPY x /", "COPY y /"], graph.Steps.Select(step => step.Place.Title));
    }

    [Fact]
    public void Build_EqualSteps_AreOne()
    {
        BuildGraph graph = Build("FROM scratch AS a\nCOPY x /\nFROM scratch AS b\nCOPY x /\nFROM scratch\nCOPY --from=a /x /1\nCOPY --from=b /x /2\n");

        Assert.Equal(4, graph.Steps.Count);
    }

    [Fact]
    public void Build_TenThousandStages_Works()
    {
        var text = new StringBuilder("FROM scratch AS s0\n");
        for (int i = 1; i < 10_000; i++)
            text.Append($"FROM s{i - 1} AS s{i}\n");

        Assert.Single(Build(text.ToString()).Steps);
    }

    [Fact]
    public void Build_EnvInOneInstruction_SeesOldValues() =>
        Assert.Contains("c=1", Build("FROM scratch\nENV a=1\nENV a=2 c=$a\n").Image.Config!.Env!);

    [Fact]
    public void Build_Arguments_FollowScopes()
    {
        BuildGraph graph = Build(
            "ARG G=global\nARG H=$G-2\nFROM scratch\nARG G\nARG H=own\nARG D=${G}x\nARG TARGETARCH\nENV e=$G,$H,$D,$TARGETARCH,$BUILDARCH\n",
            args: new() { ["D"] = "given" });

        Assert.Contains("e=global,own,given,amd64,", graph.Image.Config!.Env!);
    }

    [Fact]
    public void Build_EntrypointAfterInheritedCmd_ResetsIt()
    {
        Assert.Null(Build("FROM scratch AS a\nCMD [\"x\"]\nFROM a\nENTRYPOINT [\"e\"]\n").Image.Config!.Cmd);
        Assert.Equal(["x"], Build("FROM scratch\nCMD [\"x\"]\nENTRYPOINT [\"e\"]\n").Image.Config!.Cmd);
    }

    [Fact]
    public void Build_RunEnvironment_HasArgumentsButNotTheConfig()
    {
        BuildGraph graph = Build("FROM scratch\nARG A=1\nENV B=2\nRUN x\n", args: new() { ["http_proxy"] = "p" });
        var run = (RunOperation)graph.Target.Operation;

        Assert.Contains("A=1", run.Env);
        Assert.Equal(["HTTP_PROXY=p", "http_proxy=p"], run.UnkeyedEnv);
        Assert.DoesNotContain("A=1", graph.Image.Config!.Env!);
        Assert.Equal("RUN |1 A=1 /bin/sh -c x # slipway", graph.History[^1].Entry.CreatedBy);
    }

    [Fact]
    public void Build_DeclaredProxy_IsInTheHistoryAsAnyArgument()
    {
        BuildGraph graph = Build("FROM scratch\nARG http_proxy\nRUN x\n", args: new() { ["http_proxy"] = "p", ["https_proxy"] = "q" });

        Assert.Equal(["ARG http_proxy=p", "RUN |1 http_proxy=p /bin/sh -c x # slipway"], graph.History.Select(draft => draft.Entry.CreatedBy));
    }

    [Fact]
    public void Build_Workdir_IsRelativeToThePrevious()
    {
        BuildGraph graph = Build("FROM scratch\nWORKDIR /a\nWORKDIR b/../c\nCOPY x .\n");

        Assert.Equal("/a/c", graph.Image.Config!.WorkingDir);
        Assert.Equal("/a/c/", ((CopyOperation)graph.Target.Operation).Destination);
    }

    [Fact]
    public void Build_ConfigInstructions_EndInTheConfig()
    {
        ExecutionConfig config = Build(
            "FROM scratch\nEXPOSE 80 443-444/udp\nVOLUME /v [\"x\"]\nUSER 1:2\nLABEL a=\"b c\"\nSHELL [\"/s\"]\nCMD hi there\nSTOPSIGNAL SIGINT\n").Image.Config!;

        Assert.Equal(["443/udp", "444/udp", "80/tcp"], config.ExposedPorts!.Keys);
        Assert.Equal("1:2", config.User);
        Assert.Equal("b c", config.Labels!["a"]);
        Assert.Equal(["/s", "hi there"], config.Cmd);
        Assert.Equal("SIGINT", config.StopSignal);
    }

    [Theory]
    [InlineData("FROM nosuch\n", ErrorKind.NotFound)]
    [InlineData("FROM $NONE\n", ErrorKind.InvalidArgument)]
    [InlineData("FROM A:B:C\n", ErrorKind.InvalidArgument)]
    [InlineData("FROM scratch AS a\nCOPY --from=0 x y\n", ErrorKind.InvalidArgument)]
    [InlineData("FROM scratch AS a\nCOPY --from=a x y\n", ErrorKind.InvalidArgument)]
    [InlineData("FROM scratch\nEXPOSE 0\n", ErrorKind.InvalidArgument)]
    [InlineData("FROM scratch\nEXPOSE 80/icmp\n", ErrorKind.InvalidArgument)]
    [InlineData("FROM scratch\nSTOPSIGNAL NOPE\n", ErrorKind.InvalidArgument)]
    [InlineData("FROM scratch\nCOPY --chmod=99 a b\n", ErrorKind.InvalidArgument)]
    [InlineData("FROM scratch\nCOPY [ b c\n", ErrorKind.InvalidArgument)]
    [InlineData("FROM scratch\nENV a=${b:?must be set}\n", ErrorKind.InvalidArgument)]
    public void Build_Wrong_NamesTheLine(string text, ErrorKind kind) => Assert.Equal(kind, Assert.Throws<DockerfileException>(() => Build(text)).Kind);

    [Fact]
    public void Build_Target_ByNameOrNumber()
    {
        const string Text = "FROM scratch AS One\nCOPY a /\nFROM scratch\nCOPY b /\n";

        Assert.Equal("COPY a /", Build(Text, target: "one").Target.Place.Title);
        Assert.Equal("COPY a /", Build(Text, target: "0").Target.Place.Title);
        Assert.Equal(ErrorKind.NotFound, Assert.Throws<SlipwayException>(() => Build(Text, target: "two")).Kind);
    }

    // Of a directory that stands for a stage only what is named is wanted, unless it is a base.
    [Theory]
    [InlineData("COPY --from=foo /a/b /x", "a/b")]
    [InlineData("COPY --from=0 /a/b /x", "a/b")]
    [InlineData("RUN --mount=from=foo,source=/c,target=/m x", "c")]
    [InlineData("COPY --from=foo / /x", null)]
    [InlineData("FROM foo\nRUN x", null)]
    public void Build_ADirectoryInAStagesPlace_IsReadByName(string use, string? wanted)
    {
        BuildGraph graph = Build("FROM scratch AS foo\nRUN own\nFROM scratch\n" + use + "\n", contexts: new() { ["foo"] = new DirectoryContext("/d") });

        Assert.Equal(wanted is null ? null : [wanted], ContextNeeds.Of([graph], "foo"));
        Assert.DoesNotContain(graph.Steps, step => step.Place.Title.Contains("own", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("FROM busybox\nRUN x")]
    [InlineData("FROM elsewhere AS busybox\nRUN own\nFROM busybox\nRUN x")]
    [InlineData("FROM scratch\nCOPY --from=busybox / /\nRUN x")]
    public void Build_NothingInAnImagesPlace_IsScratch(string text)
    {
        BuildGraph graph = Build(text + "\n", contexts: new() { ["busybox"] = NamedContext.OfImage("scratch") });

        Assert.All(graph.Steps.Select(step => step.Operation).OfType<ImageOperation>(), image => Assert.Null(image.Image));
        Assert.DoesNotContain(graph.Steps, step => step.Place.Title.Contains("own", StringComparison.Ordinal));
    }

    [Fact]
    public void Build_OfAStageThatComesLater_SaysWhichOnes()
    {
        var error = Assert.Throws<DockerfileException>(() => Build("FROM scratch AS first\nCOPY --from=second /a /b\nFROM scratch AS second\nFROM first\n"));

        Assert.Equal("cannot copy from stage \"second\", it needs to be defined before current stage \"first\"", error.Sentence);
    }

    private static BuildGraph Build(string text, Dictionary<string, string>? args = null, string? target = null, Dictionary<string, NamedContext>? contexts = null) => GraphBuilder.Build(
        InstructionParser.Parse(SyntaxParser.Parse(new DockerfileSource("Dockerfile", text))),
        new GraphOptions { BuildArgs = args ?? [], Contexts = contexts ?? [], Target = target, Platform = new Platform { OS = "linux", Architecture = "amd64" } },
        new NoImages());

    private sealed class NoImages : IImageSource
    {
        public ImageRecord? Find(Reference name, Platform platform) => null;

        public ImageRecord? FindById(string text) => null;

        public ImageRecord? FindLayout(LayoutContext layout, Platform platform) => null;
    }
}
