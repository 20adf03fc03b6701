using Slipway.Oci;
using Slipway.Runtime.Bundles;
using Slipway.Runtime.State;
using Slipway.Tests;
using Xunit;

namespace Slipway.Runtime.Tests.Bundles;

/// <summary>The documents that Slipway writes for itself.</summary>
public class OwnDocumentsTests
{
    [Fact]
    public void Write_AnyOfThem_ReadsBackTheSame()
    {
        var random = new RandomRecord(seed: 1);
        for (int round = 0; round < 300; round++)
        {
            MonitorConfig monitor = random.Make<MonitorConfig>();
            Assert.Null(RandomRecord.Difference(monitor, MonitorConfigJson.Read(MonitorConfigJson.Write(monitor))));
            ExecConfig exec = random.Make<ExecConfig>();
            Assert.Null(RandomRecord.Difference(exec, ExecConfigJson.Read(ExecConfigJson.Write(exec))));
            ContainerState state = random.Make<ContainerState>();
            Assert.Null(RandomRecord.Difference(state, ContainerStateJson.Read(ContainerStateJson.Write(state))));
            ExitRecord exit = random.Make<ExitRecord>();
            Assert.Null(RandomRecord.Difference(exit, ExitRecordJson.Read(ExitRecordJson.Write(exit))));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"exitCode":0,"startedAt":"2024-01-01T00:00:00Z","finishedAt":""")]
    public void ReadExit_DamagedFile_IsNone(string content)
    {
        using var directory = new TempDirectory();
        string path = directory.Path("exit.json");
        File.WriteAllText(path, content);
        Assert.Null(ContainerProbe.ReadExit(path));
        Assert.Null(ContainerProbe.ReadExit(path + "2"));
    }

    [Fact]
    public void Read_DamagedState_SaysWhatIsMissing() =>
        Assert.Equal("read state.json: pid: it is missing", Assert.Throws<SlipwayException>(() => ContainerStateJson.Read("""{"id":"a"}"""u8)).Message);
}
