using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Devices;
using Slipway.Oci;
using Xunit;

namespace Slipway.Engine.Tests.Devices;

public sealed class GpuParserTests
{
    [Theory]
    [InlineData("all", "|-1||gpu|")]
    [InlineData("2", "|2||gpu|")]
    [InlineData("count=2,driver=nvidia", "nvidia|2||gpu|")]
    [InlineData("device=GPU-1", "|0|GPU-1|gpu|")]
    [InlineData("\"device=0,2\"", "|0|0,2|gpu|")]
    [InlineData("all,\"capabilities=utility,compute\"", "|-1||utility,compute,gpu|")]
    [InlineData("1,options=a=b", "|1||gpu|a=b")]
    public void Parse_IsWhatDockerReads(string text, string expected)
    {
        DriverRequest read = GpuParser.Parse(text);
        Assert.Equal(expected, Text(read));
        Assert.Equal(expected.Replace("utility,compute,gpu", "gpu,utility,compute", StringComparison.Ordinal), Text(GpuParser.Parse(GpuParser.Write(read))).Replace("utility,compute,gpu", "gpu,utility,compute", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("some", "invalid count (some): value must be either \"all\" or an integer")]
    [InlineData("all,2", "gpu request key 'count' can be specified only once")]
    [InlineData("speed=9", "unexpected key 'speed'")]
    [InlineData("2,device=0", "cannot set both Count and DeviceIDs")]
    public void Parse_What_IsNone_IsRefused(string text, string why) => Assert.Contains(why, Assert.Throws<SlipwayException>(() => GpuParser.Parse(text)).Message, StringComparison.Ordinal);

    private static string Text(DriverRequest request) =>
        $"{request.Driver}|{request.Count}|{string.Join(',', request.Ids)}|{string.Join('/', request.Capabilities)}|{string.Join(',', request.Options.Select(o => $"{o.Key}={o.Value}"))}";
}
