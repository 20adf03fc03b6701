using Slipway.Engine.Trash;
using Slipway.Linux.Files;
using Xunit;

namespace Slipway.Engine.Tests.Trash;

/// <summary>A removal measures what is small, and takes the same time for what is not.</summary>
public sealed class SmallTreeTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("slip-test-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Measure_ASmallTree_IsWhatItTakes_AndALargeOneIsNotRead()
    {
        Directory.CreateDirectory(Path.Combine(_root, "below"));
        File.WriteAllBytes(Path.Combine(_root, "below", "file"), new byte[10_000]);
        Assert.InRange(SmallTree.Measure(_root, most: 10)!.Value, 10_000, 40_000);
        Assert.Null(SmallTree.Measure(_root, most: 1));
    }

    [Fact]
    public void List_WithABound_StopsSoonAfterIt()
    {
        const int Files = 5_000;
        for (int i = 0; i < Files; i++)
            File.WriteAllBytes(Path.Combine(_root, $"a rather long name of a file, number {i}"), []);
        using DirFd directory = DirFd.Open(_root);
        Assert.InRange(directory.List(most: 10).Count, 11, Files / 2);
        Assert.Equal(Files, directory.List().Count);
        Assert.Null(SmallTree.Measure(_root, most: 10));
    }
}
