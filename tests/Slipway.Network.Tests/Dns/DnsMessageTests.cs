using System.Net;
using System.Text;
using Slipway.Network.Dns;
using Xunit;

namespace Slipway.Network.Tests.Dns;

public sealed class DnsMessageTests
{
    private const ushort A = 1;

    [Theory]
    [InlineData("web", "web")]
    [InlineData("WEB.Example.COM", "web.example.com")]
    [InlineData("", "")]
    public void ReadQuestion_Name_IsLowerCase(string name, string expected) => Assert.Equal(expected, DnsMessage.ReadQuestion(Query(name, A))?.Name);

    [Fact]
    public void ReadQuestion_DotsAndSlashesInLabels_NameNoPath()
    {
        byte[] query = [.. Header(1), 3, .. "../"u8, 4, .. "a.b/"u8, 0, 0, 1, 0, 1];
        string name = DnsMessage.ReadQuestion(query)!.Name;
        Assert.False(NameDirectory.IsName(name));
    }

    [Fact]
    public void ReadQuestion_HostileBytes_NeverThrows()
    {
        var random = new Random(7);
        for (int i = 0; i < 50_000; i++)
        {
            byte[] bytes = new byte[random.Next(0, 80)];
            random.NextBytes(bytes);
            if (bytes.Length > 12 && i % 2 == 0)
                Header(1).CopyTo(bytes, 0);
            if (DnsMessage.ReadQuestion(bytes) is { } question)
                Assert.InRange(question.End, 12, bytes.Length);
        }
    }

    [Fact]
    public void ReadQuestion_PointerOrTooLong_IsNone()
    {
        Assert.Null(DnsMessage.ReadQuestion([.. Header(1), 0xc0, 12, 0, 1, 0, 1]));
        Assert.Null(DnsMessage.ReadQuestion(Query(string.Join('.', Enumerable.Repeat(new string('a', 60), 5)), A)));
        Assert.Null(DnsMessage.ReadQuestion([.. Header(2), 1, (byte)'a', 0, 0, 1, 0, 1]));
        Assert.Null(DnsMessage.ReadQuestion([.. Header(1), 5, (byte)'a']));
    }

    [Fact]
    public void Answer_RepeatsTheQuestionAndHasTheAddresses()
    {
        byte[] query = Query("web", A);
        byte[] answer = DnsMessage.Answer(query, DnsMessage.ReadQuestion(query)!, [IPAddress.Parse("10.0.0.2"), IPAddress.Parse("10.0.0.3")]);
        Assert.Equal(query[..2], answer[..2]);
        Assert.Equal(0x80, answer[2] & 0x80);
        Assert.Equal(2, answer[7]);
        Assert.Equal(query[12..], answer[12..query.Length]);
        Assert.Equal([10, 0, 0, 3], answer[^4..]);
    }

    [Fact]
    public void Names_ComeAndGoAsLinks()
    {
        string root = Directory.CreateTempSubdirectory("slip-names-").FullName;
        try
        {
            var names = new NameDirectory(root);
            names.Add("n1", "mynet", "c1", ["Web", "www", "../escape", "a/b"], [IPAddress.Parse("10.0.0.2"), IPAddress.Parse("fd00::2")]);
            names.Add("n1", "mynet", "c2", ["www"], [IPAddress.Parse("10.0.0.3")]);
            Assert.Equal(["10.0.0.2", "fd00::2"], names.Find("n1", "web")!.Select(a => a.ToString()));
            Assert.Equal(3, names.Find("n1", "www")!.Count);
            Assert.Single(names.Find("n1", "www.mynet")!, a => a.ToString() == "10.0.0.3");
            Assert.Equal("Web.mynet", names.Find("n1", IPAddress.Parse("10.0.0.2")));
            Assert.Null(names.Find("n1", "../n1/names/web"));
            Assert.Null(names.Find("n1", "."));
            Assert.False(Directory.Exists(Path.Combine(root, "n1", "escape")));
            names.Remove("n1", "c1", ["web", "www"], [IPAddress.Parse("10.0.0.2")]);
            Assert.Null(names.Find("n1", "web"));
            Assert.Single(names.Find("n1", "www")!);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static byte[] Header(byte questions) => [0x12, 0x34, 1, 0, 0, questions, 0, 0, 0, 0, 0, 0];

    private static byte[] Query(string name, ushort type) =>
        [.. Header(1), .. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(l => (byte[])[(byte)l.Length, .. Encoding.ASCII.GetBytes(l)]), 0, 0, (byte)type, 0, 1];
}
