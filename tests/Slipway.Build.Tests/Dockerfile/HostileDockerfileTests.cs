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

        var error = Assert.Throws<SlipwayException>(() => BuildContext.ReadDockerfile(root, null));

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

    [Fact]
    public void Excerpt_ControlCharacters_AreMadeVisible()
    {
        var source = new DockerfileSource("Dockerfile", "FROM scratch\nRUN \u001b[2J\n");

        Assert.Contains("   2 | >>> RUN \\x1b[2J\n", source.Error(new(2, 2), "no").Excerpt, StringComparison.Ordinal);
    }
}
