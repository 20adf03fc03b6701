using System.Text;
using Slipway.Build.Context;
using Slipway.Build.Dockerfile;
using Slipway.Linux.Files;
using Slipway.Oci;
using Xunit;

namespace Slipway.Build.Tests.Dockerfile;

/// <summary>Part H-build of the security catalogue: text that wants to hurt gets an error, and soon.</summary>
public sealed class HostileDockerfileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("slipway-hostile-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Decode_LineOfFiftyMebibytes_IsRefused() => Assert.Throws<DockerfileException>(() => DockerfileReader.Decode("Dockerfile", new byte[50 << 20]));

    [Fact]
    public void Decode_LineBeyondTheLimit_NamesIt()
    {
        byte[] text = Encoding.UTF8.GetBytes("FROM scratch\nRUN " + new string('x', DockerfileReader.MaxLine));

        Assert.Equal(2, Assert.Throws<DockerfileException>(() => DockerfileReader.Decode("Dockerfile", text)).Lines.First);
    }

    [Theory]
    [InlineData("SHELL [\"\\u0000\"]")]
    [InlineData("RUN [\"a\", \"b\\u0000c\"]")]
    public void Parse_NulInJson_IsRefused(string line) =>
        Assert.Throws<DockerfileException>(() => InstructionParser.Parse(SyntaxParser.Parse(new DockerfileSource("Dockerfile", $"FROM scratch\n{line}\n"))));

    [Fact]
    public void Parse_DeepJson_IsShellForm() => Assert.Null(Words.TryJson(new string('[', 100_000)));

    [Fact]
    public void ReadDockerfile_LinkOutOfTheContext_IsNotFollowed()
    {
        File.CreateSymbolicLink(Path.Join(_directory, "Dockerfile"), "/etc/passwd");
        using DirFd root = BuildContext.Open(_directory);

        var error = Assert.Throws<SlipwayException>(() => BuildContext.ReadDockerfile(root, null, false));

        Assert.Equal(ErrorKind.NotFound, error.Kind);
        Assert.DoesNotContain("root:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadIgnoreRules_Fifo_IsRefusedAtOnce()
    {
        using DirFd root = BuildContext.Open(_directory);
        root.TryMakeNode(".dockerignore"u8, FileType.Fifo, 0b110_000_000);

        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<SlipwayException>(() => BuildContext.ReadIgnoreRules(root, null)).Kind);
    }

    private static readonly Dictionary<string, Func<string>> s_masses = new()
    {
        ["args"] = () => "FROM scratch\n" + Repeat(60_000, i => $"ARG A{i}=1\n") + Repeat(30_000, _ => "RUN x\n"),
        ["envs"] = () => "FROM scratch\n" + Repeat(60_000, i => $"ENV A{i}=1\n") + Repeat(30_000, _ => "RUN x\n"),
        ["unknown variables"] = () => "FROM scratch\n" + Repeat(90_000, i => $"ENV A{i} $B{i}\n"),
        ["mounts"] = () => "FROM scratch\nRUN " + Repeat(50_000, i => $"--mount=type=tmpfs,target=/{i} ") + "x\n",
        ["heredocs"] = () => "FROM scratch\nRUN " + Repeat(50_000, i => $"<<E{i} ") + "\n" + Repeat(50_000, i => $"E{i}\n"),
        ["sources"] = () => "FROM scratch\nCOPY " + Repeat(100_000, _ => "a ") + "/d/\n",
        ["excludes"] = () => "FROM scratch\nCOPY " + Repeat(50_000, i => $"--exclude={i} ") + "a /d/\n",
        ["triggers"] = () => "FROM scratch\n" + Repeat(90_000, _ => "ONBUILD RUN x\n") + "FROM 0\n",
        ["triggers of a stage"] = () => "FROM scratch AS a\n" + Repeat(90_000, _ => "ONBUILD ENV x y\n") + "FROM a\n",
        ["ports"] = () => "FROM scratch\nEXPOSE " + Repeat(20, _ => "1-65535 ") + "\n",
    };

    public static TheoryData<string> Masses { get; } = new(s_masses.Keys);

    [Theory]
    [MemberData(nameof(Masses))]
    public void Build_Masses_EndSoon(string what)
    {
        string text = s_masses[what]();
        long before = Environment.TickCount64;
        _ = Record.Exception(() => Slipway.Build.Graph.GraphBuilder.Build(InstructionParser.Parse(SyntaxParser.Parse(new DockerfileSource("Dockerfile", text))), new Slipway.Build.Graph.GraphOptions(), new NoImages()));

        Assert.InRange(Environment.TickCount64 - before, 0, 20_000);
    }

    private static string Repeat(int count, Func<int, string> text) => string.Concat(Enumerable.Range(0, count).Select(text));

    private sealed class NoImages : Slipway.Build.Solving.IImageSource
    {
        public Slipway.Store.Images.ImageRecord? Find(Reference name, Slipway.Oci.Image.Platform platform) => null;

        public Slipway.Store.Images.ImageRecord? FindById(string text) => null;

        public Slipway.Store.Images.ImageRecord? FindLayout(Slipway.Build.Graph.LayoutContext layout, Slipway.Oci.Image.Platform platform) => null;
    }

    [Fact]
    public void Excerpt_ControlCharacters_AreMadeVisible()
    {
        var source = new DockerfileSource("Dockerfile", "FROM scratch\nRUN \u001b[2J\n");

        Assert.Contains("   2 | >>> RUN \\x1b[2J\n", source.Error(new(2, 2), "no").Excerpt, StringComparison.Ordinal);
    }
}
