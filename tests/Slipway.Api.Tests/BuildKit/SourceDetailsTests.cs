using System.Text.Json.Nodes;
using Slipway.Api.BuildKit;
using Slipway.Api.Grpc;
using Slipway.Api.Protobuf;
using Slipway.Build.Dockerfile;
using Xunit;

namespace Slipway.Api.Tests.BuildKit;

public sealed class SourceDetailsTests
{
    // Clients go through the ranges for lines to mark, and use the definition without a look whether there is one.
    [Fact]
    public void Of_AnInstructionOfSeveralLines_HasARangeForEach()
    {
        JsonNode source = SourceOf(new DockerfileSource("Dockerfile", "FROM scratch\nRUN wh\\\nat\nENV a=b").Error(new(2, 3), "wrong"));
        Assert.Equal([(2, 2), (3, 3)], source["ranges"]!.AsArray().Select(range => ((int)range!["start"]!["line"]!, (int)range["end"]!["line"]!)));
        Assert.Equal(("Dockerfile", "Dockerfile"), ((string)source["info"]!["filename"]!, (string)source["info"]!["language"]!));
        Assert.Empty(source["info"]!["definition"]!.AsObject());
    }

    [Fact]
    public void Of_AVeryLongInstruction_StaysShort() =>
        Assert.Equal(200, SourceOf(new DockerfileSource("Dockerfile", string.Concat(Enumerable.Repeat("x\\\n", 10_000))).Error(new(1, 10_000), "wrong"))["ranges"]!.AsArray().Count);

    private static JsonNode SourceOf(DockerfileException error)
    {
        for (var status = new ProtoReader(SourceDetails.Of(GrpcCode.Unknown, error).Span); status.Next();)
        {
            for (var any = new ProtoReader(status.Field == 3 ? status.Bytes : default); any.Next();)
            {
                if (any.Field == 2)
                    return JsonNode.Parse(any.Bytes)!;
            }
        }
        throw new InvalidOperationException("no details");
    }
}
