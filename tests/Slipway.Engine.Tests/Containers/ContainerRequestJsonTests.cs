using Slipway.Engine.Containers;
using Slipway.Oci;
using Slipway.Tests;
using Xunit;

namespace Slipway.Engine.Tests.Containers;

public class ContainerRequestJsonTests
{
    [Fact]
    public void Write_AnyRequest_ReadsBackTheSame()
    {
        var random = new RandomRecord(seed: 1);
        for (int round = 0; round < 300; round++)
        {
            ContainerRequest request = random.Make<ContainerRequest>();
            Assert.Null(RandomRecord.Difference(request, ContainerRequestJson.Read(ContainerRequestJson.Write(request))));
        }
    }

    [Fact]
    public void Read_RowOfAnotherVersion_HasTheDefaults()
    {
        var expected = new ContainerRequest { Image = "a" };
        Assert.Null(RandomRecord.Difference(expected, ContainerRequestJson.Read("""{"Image":"a","FromLater":{"x":[1]},"Network":null}""")));
    }

    [Theory]
    [InlineData("", "read a container's row: not valid JSON")]
    [InlineData("""{"Image":"a","Mounts":[{"Kind":"Other","Source":"s","Target":"t"}]}""", "read a container's row: Mounts[0]: a mount is a Bind, a Volume, a Tmpfs or an Image")]
    [InlineData("""{"Image":"a","Terminal":"yes"}""", "read a container's row: Terminal: expected true or false, got \"yes\"")]
    public void Read_DamagedRow_SaysSo(string row, string message)
    {
        SlipwayException error = Assert.Throws<SlipwayException>(() => ContainerRequestJson.Read(row));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.Corrupt, error.Kind);
    }
}
