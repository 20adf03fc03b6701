using Slipway.Build.Dockerfile;
using Slipway.Build.Progress;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;
using Xunit;

namespace Slipway.Build.Tests.Solving;

public sealed class BuilderTests : IDisposable
{
    private readonly BuildFixture _build = new();

    public void Dispose() => _build.Dispose();

    [Fact]
    public void Build_SameInputsTwice_GiveTheSameDigest()
    {
        _build.Write("app/a.txt", "hello");
        const string Text = "FROM scratch\nWORKDIR /srv\nCOPY app ./\nENV A=1\nRUN write /srv/b.txt two\nCMD [\"/srv/a\"]\n";
        ImageRecord first = _build.Build(Text);
        File.SetLastWriteTimeUtc(Path.Join(_build.ContextPath, "app/a.txt"), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));

        ImageRecord cached = _build.Build(Text), again = _build.Build(Text, request => request with { NoCache = true });

        Assert.Equal((first.Id, first.Id), (cached.Id, again.Id));
        Assert.Equal("/srv/ 755 0:0\n/srv/a.txt 644 0:0 hello\n/srv/b.txt 644 0:0 two\n", _build.Files(first));
        Assert.Equal("1970-01-01T00:00:00Z", first.Config.Created);
    }

    [Fact]
    public void Build_AnotherStore_GivesTheSameDigest()
    {
        using var other = new BuildFixture();
        _build.Write("f", "x");
        other.Write("f", "x");

        Assert.Equal(_build.Build("FROM scratch\nCOPY f /d/\nRUN write /g y\n").Id, other.Build("FROM scratch\nCOPY f /d/\nRUN write /g y\n").Id);
    }

    [Fact]
    public void Build_SecondTime_TakesEveryStepFromTheCache()
    {
        _build.Write("f", "1");
        const string Text = "FROM scratch\nCOPY f /\nRUN write /g y\nWORKDIR /d\n";
        _build.Build(Text);
        _build.Build(Text);

        Assert.Equal(["COPY f /", "RUN write /g y", "WORKDIR /d"], _build.Progress.With(StepOutcome.Cached));
        Assert.Single(_build.Runner.Steps);
    }

    [Fact]
    public void Build_ChangedFile_RunsFromThereOn()
    {
        _build.Write("f", "1");
        const string Text = "FROM scratch\nRUN write /g y\nCOPY f /\nRUN write /h z\n";
        _build.Build(Text);
        _build.Write("f", "2");
        _build.Build(Text);

        Assert.Equal(["RUN write /g y"], _build.Progress.With(StepOutcome.Cached));
        Assert.Equal(3, _build.Runner.Steps.Count);
    }

    [Fact]
    public void Build_ChangedArgument_MissesOnlyWhereItIsInScope()
    {
        const string Text = "FROM scratch\nRUN write /g y\nARG A\nRUN write /h z\n";
        _build.Build(Text, request => request with { BuildArgs = new Dictionary<string, string?> { ["A"] = "1" } });
        _build.Build(Text, request => request with { BuildArgs = new Dictionary<string, string?> { ["A"] = "2" } });

        Assert.Equal(["RUN write /g y"], _build.Progress.With(StepOutcome.Cached));
        Assert.Contains("A=2", _build.Runner.Steps[^1].Env);
    }

    [Fact]
    public void Build_ChangedProxy_StillHits()
    {
        const string Text = "FROM scratch\nRUN write /g y\n";
        _build.Build(Text);
        _build.Build(Text, request => request with { BuildArgs = new Dictionary<string, string?> { ["http_proxy"] = "p" } });

        Assert.Single(_build.Runner.Steps);
    }

    [Fact]
    public void Build_FailingRun_NamesLinesAndShowsThem()
    {
        DockerfileException error = _build.Fails("FROM scratch\nENV A=1\nRUN fail \\\n7\n");

        Assert.Equal((3, 4), (error.Lines.First, error.Lines.Last));
        Assert.Equal("process \"/bin/sh -c fail 7\" did not complete successfully: exit code: 7", error.Sentence);
        Assert.Contains("   3 | >>> RUN fail \\\n     |     ^^^\n   4 | >>> 7\n", error.Excerpt, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FROM scratch\nCOPI a b\n", 2, 1, 4)]
    [InlineData("FROM scratch\nCOPY a --chwon=1 b\nCOPY --chwon=1 a b\n", 3, 6, 7)]
    [InlineData("FROM scratch\nCOPY \\\n  --from=x \\\n  --from=x \\\n a b\n", 2, 1, 4)]
    [InlineData("FROM scratch\nCOPY --chown=1 \\\n  nowhere /b\n", 3, 3, 7)]
    [InlineData("FROM scratch\nRUN --mount=type=chache,target=/x y\n", 2, 18, 6)]
    public void Build_Error_PointsAtWhatIsWrong(string dockerfile, int line, int column, int length) =>
        Assert.Equal(new SourcePosition(line, column, length), _build.Fails(dockerfile).Position);

    [Fact]
    public void Build_AnyEnd_LeavesNothingInTmp()
    {
        _build.Write("f", "1");
        _build.Build("FROM scratch\nCOPY f /\n");
        _build.Fails("FROM scratch\nRUN fail 1\n");

        Assert.Empty(Directory.GetFileSystemEntries(_build.Store.Paths.Tmp));
    }

    [Fact]
    public void Build_SeveralStages_CopiesBetweenThem()
    {
        _build.Write("f", "1");
        ImageRecord image = _build.Build("FROM scratch AS build\nCOPY --chown=5:6 f /out/f\nRUN write /out/g y\nFROM scratch\nCOPY --from=build /out/ /\nCOPY --from=0 --chown=7 /out/g /h\n");

        Assert.Equal("/f 644 5:6 1\n/g 644 0:0 y\n/h 644 7:7 y\n", _build.Files(image));
        Assert.Equal(2, image.ChainIds.Count);
    }

    [Fact]
    public void Build_FromLocalImage_StandsOnItsLayers()
    {
        _build.Write("f", "1");
        ImageRecord below = _build.Build("FROM scratch\nCOPY f /\nENV A=1\n", request => request with { Tags = [Reference.Parse("base:1")] });
        ImageRecord image = _build.Build("FROM base:1\nRUN write /g $A\n", request => request with { Tags = [Reference.Parse("app")], Labels = new Dictionary<string, string> { ["l"] = "v" } });

        Assert.Equal(below.ChainIds[0], image.ChainIds[0]);
        Assert.Equal("v", image.Config.Config!.Labels!["l"]);
        Assert.Equal(image.Id, _build.Store.Images.Get("app").Id);
        Assert.Equal(["COPY f / # slipway", "ENV A=1", "RUN /bin/sh -c write /g $A # slipway"], image.Config.History!.Select(entry => entry.CreatedBy));
        Assert.Equal([null, true, null], image.Config.History!.Select(entry => entry.EmptyLayer));
        Assert.Equal("/f 644 0:0 1\n", _build.Files(_build.Build("FROM scratch\nCOPY --from=base:1 /f /\n")));
    }

    [Fact]
    public void Build_WorkdirThatExists_MakesNoLayer()
    {
        ImageRecord image = _build.Build("FROM scratch\nWORKDIR /a/b\nWORKDIR /a\n");

        Assert.Equal("/a/ 755 0:0\n/a/b/ 755 0:0\n", _build.Files(image));
        Assert.Single(image.ChainIds);
        Assert.Equal([null, true], image.Config.History!.Select(entry => entry.EmptyLayer));
    }

    [Theory]
    [InlineData("WORKDIR /a/b/", "/a/b/")]
    [InlineData("WORKDIR /a//./b", "/a//./b")]
    [InlineData("WORKDIR /a/\nWORKDIR b/", "/a/b")]
    [InlineData("WORKDIR /a/\nWORKDIR ..", "/")]
    public void Build_Workdir_IsKeptAsWritten_WhereItIsAbsolute(string lines, string expected) =>
        Assert.Equal(expected, _build.Build($"FROM scratch\n{lines}\n").Config.Config!.WorkingDir);

    [Fact]
    public void Build_RunThatWritesNothing_MakesALayer() => Assert.Single(_build.Build("FROM scratch\nRUN nothing\n").ChainIds);

    [Fact]
    public void Build_SourceDateEpoch_IsTheImagesTime()
    {
        ImageRecord image = _build.Build("FROM scratch\nRUN nothing\n", request => request with { BuildArgs = new Dictionary<string, string?> { ["SOURCE_DATE_EPOCH"] = "1000000000" } });

        Assert.Equal("2001-09-09T01:46:40Z", image.Config.Created);
        Assert.Equal("2001-09-09T01:46:40Z", image.Config.History![0].Created);
    }

    [Theory]
    [InlineData("ARG SOURCE_DATE_EPOCH=1000000000", null, "2001-09-09T01:46:40Z")]
    [InlineData("ARG S=1000000000\nARG SOURCE_DATE_EPOCH=$S", null, "2001-09-09T01:46:40Z")]
    [InlineData("ARG SOURCE_DATE_EPOCH=1000000000", "1000000001", "2001-09-09T01:46:41Z")]
    [InlineData("ARG SOURCE_DATE_EPOCH=1000000000", "", "1970-01-01T00:00:00Z")]
    [InlineData("ARG SOURCE_DATE_EPOCH", null, "1970-01-01T00:00:00Z")]
    [InlineData("ARG SOURCE_DATE_EPOCH=context", null, "1970-01-01T00:00:00Z")]
    public void Build_SourceDateEpochOfTheFile_IsTheImagesTime_UnlessTheCallerHasAnother(string arg, string? given, string expected)
    {
        _build.Write("f", "x");
        ImageRecord image = _build.Build(arg + "\nFROM scratch\nCOPY f /f\n", request => given is null ? request : request with { BuildArgs = new Dictionary<string, string?> { ["SOURCE_DATE_EPOCH"] = given } });

        Assert.Equal(expected, image.Config.Created);
    }

    [Fact]
    public void Build_SourceDateEpochOfTheFile_ThatIsNoTime_IsRefused() =>
        Assert.Contains("invalid SOURCE_DATE_EPOCH 'soon': want seconds since 1970, context, or the name of a stage or of a build context",
            Assert.Throws<SlipwayException>(() => _build.Build("ARG SOURCE_DATE_EPOCH=soon\nFROM scratch\nCOPY f /f\n")).Message, StringComparison.Ordinal);

    [Fact]
    public void Build_EvictedLayer_IsAMiss()
    {
        ImageRecord image = _build.Build("FROM scratch\nRUN write /g y\n");
        _build.Store.Images.Delete(image.Id);

        Assert.Equal(image.Id, _build.Build("FROM scratch\nRUN write /g y\n").Id);
    }

    [Fact]
    public void Build_RunOutput_IsHeard()
    {
        _build.Build("FROM scratch\nRUN say hello\n");

        Assert.Equal("hello\n", _build.Progress.Output.ToString());
    }

    [Fact]
    public void Build_Cancelled_Stops() => Assert.Throws<OperationCanceledException>(() =>
        new Builder(_build.Store, new NoImages(), _build.Runner, _build.Fetcher, TimeProvider.System)
            .BuildAsync(new BuildRequest { ContextDirectory = _build.ContextPath, DockerfilePath = Dockerfile("FROM scratch\nRUN nothing\n") }, _build.Progress, new CancellationToken(true))
            .GetAwaiter().GetResult());

    private string Dockerfile(string text)
    {
        _build.Write("own/Dockerfile", text);
        return Path.Join(_build.ContextPath, "own/Dockerfile");
    }

    private sealed class NoImages : Build.Solving.IImageSource
    {
        public ImageRecord? Find(Reference name, Platform platform) => null;

        public ImageRecord? FindById(string text) => null;

        public ImageRecord? FindLayout(Slipway.Build.Graph.LayoutContext layout, Platform platform) => null;
    }
}
