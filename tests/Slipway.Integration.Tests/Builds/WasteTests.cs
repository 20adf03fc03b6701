using Xunit;

namespace Slipway.Integration.Tests.Builds;

/// <summary>The one line at the end of a build about bytes that its layers carry for nothing.</summary>
public sealed class WasteTests
{
    private const string Big = "FROM busybox\nRUN mkdir /d && for i in 1 2 3 4; do head -c 3000000 /dev/urandom > /d/$i; done\n";

    [Theory]
    [InlineData("RUN rm -r /d", "12MB hidden by later steps")]
    [InlineData("RUN rm /d/1 /d/2 /d/3 /d/4", "12MB hidden by later steps")]
    [InlineData("RUN rm -r /d && mkdir /d && echo > /d/1", "12MB hidden by later steps")]
    [InlineData("RUN rm -r /d && echo > /d", "12MB hidden by later steps")]
    [InlineData("RUN chown -R 5:5 /d", "12MB stored twice for another owner or mode")]
    [InlineData("RUN chmod 600 /d/*", "12MB stored twice for another owner or mode")]
    [InlineData("RUN chmod 600 /d/1 /d/2 && rm /d/3 && echo > /d/4", "6MB hidden by later steps and 6MB stored twice for another owner or mode")]
    [InlineData("RUN rm /d/1\nENV A=1\nRUN rm /d/2 /d/3 && chown 5:5 /d/4", "9MB hidden by later steps and 3MB stored twice for another owner or mode")]
    public void Much_IsSaid_WithTheCommandThatTellsMore(string step, string expected)
    {
        using var build = new BuildCase();

        Slip.Result result = build.Try(Big + step + "\n");

        Assert.Equal(0, result.ExitCode);
        string line = Assert.Single(result.Errors.Split('\n'), text => text.Contains("slip explain", StringComparison.Ordinal));
        Assert.Matches($"^of [0-9.]+MB, {expected}: 'slip explain built:latest' shows by which steps, and what to do$", line);
        // As much as the thorough look finds, busybox's own aside.
        Assert.Contains("12MB of it hidden", build.Slip.Ok("explain", "built"), StringComparison.Ordinal);
        // What comes from the cache was said when it was made.
        Assert.DoesNotContain("slip explain", build.Try(Big + step + "\n").Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RUN mkdir /e && cp /d/* /e/")]
    [InlineData("RUN rm -r /d && true", "-q")]
    [InlineData("RUN head -c 100000 /dev/zero > /f\nRUN rm /f")]
    [InlineData("RUN rm -r /d", "-o", "type=tar,dest=out.tar")]
    public void Little_OrWhatNobodyAskedFor_IsNot(string step, params string[] args)
    {
        using var build = new BuildCase();

        Slip.Result result = build.Try(Big + step + "\n", args);

        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain("slip explain", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void OneNameOfAFile_IsNotTheFile_AllOfThemAre()
    {
        using var build = new BuildCase();
        const string Linked = Big + "RUN ln /d/1 /d/one && ln /d/2 /d/two && ln /d/3 /d/three && ln /d/4 /d/four\n";

        // The links bring the files up once more: overlayfs has no other way.
        Assert.Contains("12MB stored twice", build.Try(Linked).Errors, StringComparison.Ordinal);
        Assert.Contains("12MB stored twice for another owner or mode:", build.Try(Linked + "RUN rm /d/1 /d/2 /d/3 /d/4\n").Errors, StringComparison.Ordinal);
        Assert.Contains("12MB hidden by later steps and 12MB stored twice", build.Try(Linked + "RUN rm -r /d\n").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void HostileDepth_BreaksNothing()
    {
        using var build = new BuildCase();
        const string Deep = "d=1; while [ $d -lt 400 ]; do mkdir d; cd d; d=$((d+1)); done; head -c 3000000 /dev/zero > f\n";

        Slip.Result result = build.Try($"FROM busybox\nRUN {Deep}RUN {Deep.Replace("mkdir d", "mkdir -p d", StringComparison.Ordinal)}RUN rm -r /d\n");

        Assert.True(result.ExitCode == 0, result.Errors);
    }
}
