using Slipway.Api.BuildKit;
using Slipway.Api.Grpc;
using Slipway.Api.Protobuf;
using Xunit;

namespace Slipway.Api.Tests.Protobuf;

public sealed class ProtoTests
{
    [Fact]
    public void Read_OfWhatWasWritten_GivesItBack()
    {
        ReadOnlyMemory<byte> written = new ProtoWriter().Number(1, -5).Text(2, "fête").Flag(3, true).Bytes(4, [1, 2]).Message(5, new ProtoWriter())
            .Map(6, [new("a", "b"), new("", "")]).Number(7, 0).Text(8, "").Time(9, DateTimeOffset.UnixEpoch.AddSeconds(1.5)).Written;
        var seen = new List<string>();
        var map = new Dictionary<string, string>();
        for (var reader = new ProtoReader(written.Span); reader.Next();)
        {
            if (reader.Field == 6)
                reader.AddTo(map);
            seen.Add(reader.Field switch { 2 => reader.Text, 4 or 5 or 9 => Convert.ToHexString(reader.Bytes), 6 => "map", _ => $"{reader.Number}" });
        }
        Assert.Equal(["-5", "fête", "1", "0102", "", "map", "map", "08011080CAB5EE01"], seen);
        Assert.Equal(new Dictionary<string, string> { ["a"] = "b", [""] = "" }, map);
    }

    // Fixed numbers, which we have no use for, and fields of a later version.
    [Fact]
    public void Read_OfUnknownFields_PassesOverThem()
    {
        var reader = new ProtoReader(Convert.FromHexString("f9ff030102030405060708" + "fdff0301020304" + "0807"));
        while (reader.Next() && reader.Field != 1)
        {
        }
        Assert.Equal(7, reader.Number);
    }

    [Theory]
    [InlineData("08")]
    [InlineData("08ffffffffffffffffffff01")]
    [InlineData("0a05")]
    [InlineData("0affffffffffffffffff01")]
    [InlineData("0b")] // a group, which nobody writes any more
    [InlineData("0901")]
    public void Read_OfNoMessage_IsRefused(string hex) => Assert.Equal(GrpcCode.InvalidArgument, Assert.Throws<GrpcException>(() => ReadAll(Convert.FromHexString(hex))).Code);

    [Fact]
    public void Read_OfAnything_GivesFieldsOrRefuses()
    {
        var random = new Random(21);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] message = new byte[random.Next(0, 60)];
            random.NextBytes(message);
            foreach (Action<byte[]> read in (Action<byte[]>[])[m => ReadAll(m), m => SyncPacket.Read(m), m => SyncPacket.ReadEntry(m), m => SolveRequest.Read(m), m => SolveRequest.ReadBridge(m), m => CacheRequest.ReadPrune(m)])
            {
                try
                {
                    read(message);
                }
                catch (Exception e) when (e is GrpcException or Oci.SlipwayException)
                {
                }
            }
        }
    }

    private static void ReadAll(ReadOnlySpan<byte> message)
    {
        for (var reader = new ProtoReader(message); reader.Next();)
        {
        }
    }
}
