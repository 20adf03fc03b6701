using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests.Builds;

/// <summary>Contexts and Dockerfiles of somebody who means no good: they get nothing of the host's, take no more than their bounds, and end with a clear line.</summary>
public sealed class HostileContextTests : IDisposable
{
    private const string Secret = "host-secret-4711";
    private readonly BuildCase _build = new();

    public HostileContextTests() => _build.Slip.Write("outside/secret", Secret);

    public void Dispose() => _build.Dispose();

    [Theory]
    [InlineData("../outside", "COPY link/secret /x", "is a link that leads out of the build context")]
    [InlineData("{outside}", "COPY link/secret /x", "is a link that leads out of the build context")]
    [InlineData("../outside/secret", "COPY link /x", "is a link that leads out of the build context")]
    [InlineData("../outside/secret", "ADD link /x", "is a link that leads out of the build context")]
    [InlineData("../outside/secret", "RUN --mount=source=link,target=/m cat /m", "is a link that leads out of the build context")]
    [InlineData("../outside", "RUN --mount=source=link/secret,target=/m cat /m", "is a link that leads out of the build context")]
    [InlineData("/proc/self/root{outside}/secret", "COPY link /x", "is a link that leads out of the build context")]
    [InlineData("link", "COPY link/x /x", "too many")]
    public void LinksOut_AreRefused(string target, string instruction, string expected)
    {
        _build.With("f", "");
        File.CreateSymbolicLink(Path.Combine(_build.Context, "link"), target.Replace("{outside}", Path.Combine(_build.Slip.Scratch, "outside"), StringComparison.Ordinal));

        Slip.Result result = _build.Try($"FROM busybox\n{instruction}\n");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("Dockerfile:2", result.Errors, StringComparison.Ordinal);
        if (expected != "too many")
            Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void LinksOut_InADirectory_AreCopiedAsLinks_AndLinksInsideAreFollowed()
    {
        _build.With("real/f", "inside");
        File.CreateSymbolicLink(Path.Combine(_build.Context, "real/out"), Path.Combine(_build.Slip.Scratch, "outside/secret"));
        File.CreateSymbolicLink(Path.Combine(_build.Context, "alias"), "real");
        File.CreateSymbolicLink(Path.Combine(_build.Context, "rooted"), "/real/f");

        _build.Build("FROM busybox\nCOPY real /d\nCOPY alias/f rooted /e/\n");

        Assert.Equal(Path.Combine(_build.Slip.Scratch, "outside/secret"), _build.In("readlink /d/out"));
        Assert.Equal("insideinside", _build.In("cat /e/f /e/rooted"));
    }

    [Theory]
    [InlineData("Dockerfile", false)]
    [InlineData(".dockerignore", true)]
    [InlineData("Dockerfile.dockerignore", true)]
    public void TheFilesThatTheBuilderReads_AreNotTheHosts_WhereTheContextWasBrought(string name, bool mayBeMissing)
    {
        if (name != "Dockerfile")
            _build.With("Dockerfile", "FROM busybox\nCOPY . /c\n");
        Directory.CreateDirectory(_build.Context);
        File.CreateSymbolicLink(Path.Combine(_build.Context, name), Path.Combine(_build.Slip.Scratch, "outside/secret"));

        Slip.Result result = _build.Slip.RunUnder(["sh", "-c", $"tar -C '{_build.Context}' -c . | \"$0\" \"$@\""], "build", "-");

        Assert.Equal(mayBeMissing, result.ExitCode == 0);
        Assert.DoesNotContain(Secret, result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("COPY d /c\nRUN cat /c/f/secret /c/f 2>/dev/null; true")]
    [InlineData("COPY d/f /c\nRUN cat /c/secret /c 2>/dev/null; true")]
    [InlineData("RUN --mount=source=d,target=/c,rw cat /c/f/secret /c/f 2>/dev/null; true")]
    public void AContextThatChangesMeanwhile_GivesNothingOfTheHosts(string steps)
    {
        _build.With("d/f/secret", "inside").With("Dockerfile", $"FROM busybox\n{steps}\n");
        string d = Path.Combine(_build.Context, "d"), outside = Path.Combine(_build.Slip.Scratch, "outside");
        // A directory, a link out and a file take turns under one name.
        using var racer = Process.Start("sh", ["-c", $"cd '{d}'; mkdir -p ../other; echo inside > ../other/secret; while :; do mv f ../was 2>/dev/null; ln -s '{outside}' f; rm f; ln -s '{outside}/secret' f; rm f; mv ../was f 2>/dev/null; done"]);
        int built = 0;
        try
        {
            for (int i = 0; i < 25; i++)
            {
                Slip.Result result = _build.Slip.Run("build", "--no-cache", "--network", "none", _build.Context);
                Assert.DoesNotContain(Secret, result.Errors, StringComparison.Ordinal);
                Assert.DoesNotContain("internal error", result.Errors, StringComparison.Ordinal);
                built += result.ExitCode == 0 ? 1 : 0;
            }
        }
        finally
        {
            racer.Kill();
            racer.WaitForExit();
        }
        var own = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (string file in Directory.EnumerateFiles(Path.Combine(_build.Slip.DataRoot, "layers"), "*", own).Where(file => new FileInfo(file).Length < 100))
            Assert.DoesNotContain(Secret, File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_build.Slip.DataRoot, "tmp")));
        TestContext.Current.SendDiagnosticMessage($"{built} of 25 were built");
    }

    [Fact]
    public void AFileThatIsWrittenToMeanwhile_IsCopiedAtItsLength_OrTheBuildSaysSo()
    {
        // Half of each letter may be what the file held at one moment: its writer can be stopped anywhere. So only what can't be is looked for.
        _build.With("big", new string('a', 4_000_000));
        string path = Path.Combine(_build.Context, "big"), other = _build.Slip.Write("other", new string('b', 4_000_000));
        _build.With("Dockerfile", "FROM busybox\nCOPY big /big\nRUN wc -c < /big > /size && tr -d ab < /big | wc -c > /rest\n");
        using var racer = Process.Start("sh", ["-c", $"while :; do dd if='{other}' of='{path}' bs=64k conv=notrunc 2>/dev/null; tr b a < '{other}' | dd of='{path}' bs=64k conv=notrunc 2>/dev/null; done"]);
        try
        {
            for (int i = 0; i < 15; i++)
            {
                Slip.Result result = _build.Slip.Run("build", "-t", "built", "--no-cache", "--network", "none", _build.Context);
                if (result.ExitCode == 0)
                    Assert.Equal("4000000\n0", _build.In("cat /size /rest"));
                else
                    Assert.Contains("changed while it was being read", result.Errors, StringComparison.Ordinal);
            }
        }
        finally
        {
            racer.Kill();
            racer.WaitForExit();
        }
    }

    [Theory]
    [InlineData("a line of 20 MB", "larger than")]
    [InlineData("a line of 5 MB", "")]
    [InlineData("100000 instructions", "")]
    [InlineData("a variable that doubles", "")]
    [InlineData("braces", "")]
    [InlineData("5000 stages", "")]
    [InlineData("10000 stages on each other", "")]
    [InlineData("1000 stages with 3000 variables", "inherit more than 2000000 variables")]
    [InlineData("600 layers", "at most 498 layers")]
    [InlineData("a name of 1 MB", "")]
    [InlineData("1000 patterns", "")]
    public void GiantDockerfiles_EndSoon_WithAClearLineOrAnImage(string what, string expected)
    {
        _build.With("f", "");
        if (what == "1000 patterns")
            _build.With(".dockerignore", string.Concat(Enumerable.Range(0, 1000).Select(i => $"**/{new string('*', 30)}a*b*c*d*{i}\n")));
        string text = what switch
        {
            "a line of 20 MB" => "FROM busybox\nRUN : " + new string('x', 20_000_000) + "\n",
            "a line of 5 MB" => "FROM busybox\nLABEL a=" + new string('x', 5_000_000) + "\n",
            "100000 instructions" => "FROM busybox\n" + string.Concat(Enumerable.Range(0, 100_000).Select(i => $"ENV A{i % 100}={i}\n")),
            "a variable that doubles" => "FROM busybox\nARG a=xxxxxxxxxx\n" + string.Concat(Enumerable.Repeat("ARG a=$a$a\n", 60)) + "ENV b=$a\n",
            "braces" => "FROM busybox\nENV a=" + string.Concat(Enumerable.Repeat("${b:-", 50_000)) + new string('}', 50_000) + "\n",
            "5000 stages" => string.Concat(Enumerable.Range(0, 5000).Select(i => $"FROM busybox AS s{i}\nCOPY f /f\n")) + "COPY --from=s4999 /f /g\n",
            "10000 stages on each other" => "FROM busybox AS s0\n" + string.Concat(Enumerable.Range(1, 10_000).Select(i => $"FROM s{i - 1} AS s{i}\nENV A{i % 10}=1\n")),
            "1000 stages with 3000 variables" => "FROM busybox AS s0\n" + string.Concat(Enumerable.Range(0, 3000).Select(i => $"ENV A{i}=1\n")) + string.Concat(Enumerable.Range(1, 1000).Select(i => $"FROM s{i - 1} AS s{i}\n")),
            "600 layers" => "FROM busybox\n" + string.Concat(Enumerable.Range(0, 600).Select(i => $"RUN echo {i} > /f\n")),
            "a name of 1 MB" => "FROM busybox\nCOPY " + new string('x', 1_000_000) + " /\n",
            _ => "FROM busybox\nCOPY . /c\n",
        };
        long started = Stopwatch.GetTimestamp();

        Slip.Result result = _build.Try(text);

        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30), $"{Stopwatch.GetElapsedTime(started)}");
        Assert.True(result.ExitCode is 0 or 1, $"exit {result.ExitCode}");
        Assert.DoesNotContain("internal error", result.Errors, StringComparison.Ordinal);
        Assert.True(result.Errors.Length < 100_000, $"{result.Errors.Length} characters of errors");
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("make room", result.Errors, StringComparison.Ordinal);
        if (result.ExitCode == 1)
            Assert.Contains("Error: ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void NamesThatAreNoText_ComeThroughAsTheyAre()
    {
        // Not UTF-8, line ends, escapes of a terminal.
        Directory.CreateDirectory(_build.Context);
        Run($"cd '{_build.Context}' && mkdir n && cd n && touch \"$(printf 'a\\377b')\" \"$(printf 'c\\nd')\" \"$(printf 'e\\033[31mf')\" -- '-rf' ' ' '*' '$(touch x)'");

        _build.Build("FROM busybox\nCOPY n /n\n");

        Assert.Equal(@"$(touchx)*-rfa377bc\nde033[31mf", _build.In("cd /n && for f in *; do printf %s \"$f\"; done | od -An -c | tr -d ' \\n'"));
        Slip.Result refused = _build.Try("FROM busybox\nCOPY n/e?[31mf* /x/\nCOPY [\"n/nothing\\u001b[31m\", \"/\"]\n");
        Assert.DoesNotContain("\u001b[31m", refused.Errors, StringComparison.Ordinal);
        // .NET can't remove such names.
        _build.Slip.Ok("rmi", "built");
        _build.Slip.Ok("builder", "prune", "-af");
        Run($"rm -r '{_build.Context}/n'");
    }

    private static void Run(string script)
    {
        using var process = Process.Start("sh", ["-c", script]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
