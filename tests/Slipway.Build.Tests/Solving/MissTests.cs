using Slipway.Oci;
using Xunit;

namespace Slipway.Build.Tests.Solving;

public sealed class MissTests : IDisposable
{
    private readonly BuildFixture _build = new();

    public void Dispose() => _build.Dispose();

    [Fact]
    public void Nothing_WhereAllIsCached_AndAFirstBuildSaysSo()
    {
        Explain("FROM scratch\nRUN write /a 1\n");
        Assert.Equal(["no step like this was made before"], _build.Progress.Missed["RUN write /a 1"]);

        Explain("FROM scratch\nRUN write /a 1\n");
        Assert.Empty(_build.Progress.Missed);
    }

    [Fact]
    public void AnArgument_IsNamedWithBothValues()
    {
        const string Text = "FROM scratch\nARG VERSION=1.2\nARG DB_PASSWORD\nRUN write /a 1\n";
        Explain(Text);

        Explain(Text, request => request with { BuildArgs = new Dictionary<string, string?> { ["VERSION"] = "1.3", ["DB_PASSWORD"] = "hidden-value" } });

        Assert.Equal(["arg DB_PASSWORD changed (its values are not shown)", "arg VERSION 1.2 -> 1.3"], _build.Progress.Missed["RUN write /a 1"].Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AChangedCommand_AndTheStepThatStandsOnIt()
    {
        Explain("FROM scratch\nRUN write /a 1\nRUN nothing\n");
        Explain("FROM scratch\nRUN write /a 2\nRUN nothing\n");

        Assert.StartsWith("command changed: /bin/sh -c write /a 1 -> /bin/sh -c write /a 2", Assert.Single(_build.Progress.Missed["RUN write /a 2"]), StringComparison.Ordinal);
        Assert.StartsWith("parent step ", Assert.Single(_build.Progress.Missed["RUN nothing"]), StringComparison.Ordinal);
    }

    [Fact]
    public void ABaseThatMoved_IsNamed()
    {
        Explain("FROM scratch\nRUN write /a 1\n", request => request with { Tags = [Reference.Parse("base")] });
        Explain("FROM base\nRUN write /b 1\n");
        Explain("FROM scratch\nRUN write /a 2\n", request => request with { Tags = [Reference.Parse("base")] });

        Explain("FROM base\nRUN write /b 1\n");

        Assert.StartsWith("base base moved", Assert.Single(_build.Progress.Missed["RUN write /b 1"]), StringComparison.Ordinal);
    }

    [Fact]
    public void NoCache_AndWhatTheCacheGaveUp()
    {
        const string Text = "FROM scratch AS a\nRUN write /a 1\nFROM scratch\nCOPY --from=a /a /b\n";
        Explain(Text);
        Explain(Text, request => request with { NoCache = true });
        Assert.Equal(["--no-cache"], _build.Progress.Missed["RUN write /a 1"]);

        new Cache.BuildCache(_build.Store, TimeProvider.System).Prune(new(), CancellationToken.None);
        Explain(Text);

        Assert.StartsWith("it was in the cache, which gave it up on ", Assert.Single(_build.Progress.Missed["RUN write /a 1"]), StringComparison.Ordinal);
    }

    private void Explain(string dockerfile, Func<BuildRequest, BuildRequest>? change = null) =>
        _build.Build(dockerfile, request => (change?.Invoke(request) ?? request) with { ExplainsMisses = true });
}
