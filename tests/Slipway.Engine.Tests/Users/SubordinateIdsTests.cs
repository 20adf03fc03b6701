using Slipway.Engine.Containers.Users;
using Xunit;

namespace Slipway.Engine.Tests.Users;

public sealed class SubordinateIdsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private IReadOnlyList<(ulong First, ulong End)> Read(string uids, string gids)
    {
        string uidFile = Path.Combine(_directory, "subuid"), gidFile = Path.Combine(_directory, "subgid");
        File.WriteAllText(uidFile, uids);
        File.WriteAllText(gidFile, gids);
        return SubordinateIds.Read(uidFile, gidFile);
    }

    [Fact]
    public void Read_NothingThere_IsTheUpperHalf()
    {
        Assert.Equal([(1UL << 31, uint.MaxValue - 1UL)], SubordinateIds.Read(Path.Combine(_directory, "none"), Path.Combine(_directory, "none")));
        Assert.Equal([(1UL << 31, uint.MaxValue - 1UL)], Read("somebody:100000:65536\n", "# nobody\n"));
    }

    [Fact]
    public void Read_RangesOfContainers_AreWhereBothFilesHaveThem()
    {
        Assert.Equal([(1000UL, 3000UL)], Read("containers:1000:2000\n", "containers:500:9000\n"));
        Assert.Equal([(1000UL, 1010UL), (5000UL, 5010UL)], Read("containers:5000:10\ncontainers:1000:10\n", "containers:0:100000\n"));
        Assert.Empty(Read("containers:1000:10\n", ""));
        Assert.Empty(Read("containers:1000:x\ncontainers:1\n", "containers:1000:10\n"));
    }
}
