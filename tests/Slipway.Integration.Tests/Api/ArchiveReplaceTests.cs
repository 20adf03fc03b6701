using System.Formats.Tar;
using System.Text;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>Archives put into a container over what is there already, of another kind.</summary>
public sealed class ArchiveReplaceTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Put_AFileOverADirectory_TakesItsPlace(bool running)
    {
        using Slipd slipd = WithTree(running);
        Assert.Equal((200, ""), Put(slipd, "/", Tar(("d", "new"))));
        Assert.Equal("new", Out(slipd, "/d"));
        // And the other way.
        Assert.Equal((200, ""), Put(slipd, "/", Tar(("d/", null), ("d/x", "below"))));
        Assert.Equal("below", Out(slipd, "/d/x"));
    }

    [Fact]
    public void Put_AFileOverADirectoryThatShallStay_IsRefused()
    {
        using Slipd slipd = WithTree(running: false);
        (int status, string body) = Put(slipd, "/", Tar(("d", "new")), "&noOverwriteDirNonDir=true");
        Assert.Equal(400, status);
        Assert.Contains("cannot overwrite directory", body, StringComparison.Ordinal);
        Assert.Equal("old", Out(slipd, "/d/e/f"));
        Assert.Equal(200, Put(slipd, "/d/e", Tar(("new", "new")), "&noOverwriteDirNonDir=true").Status);
        (status, body) = Put(slipd, "/d/e", Tar(("f/", null)), "&noOverwriteDirNonDir=1");
        Assert.Equal(400, status);
        Assert.Contains("cannot overwrite non-directory", body, StringComparison.Ordinal);
        Assert.Equal("old", Out(slipd, "/d/e/f"));
        // docker cp asks for that; with its own name a directory takes the file.
        string file = Path.Combine(slipd.Slip.Scratch, "e");
        File.WriteAllText(file, "file");
        Slip.Result copied = slipd.Docker("cp", file, "tree:/d");
        Assert.Equal(1, copied.ExitCode);
        Assert.Contains("cannot overwrite directory", copied.Errors, StringComparison.Ordinal);
        slipd.DockerOk("cp", file, "tree:/d/other");
        Assert.Equal("file", Out(slipd, "/d/other"));
        Assert.Contains("cannot overwrite directory", slipd.Slip.Run("cp", file, "tree:/d").Errors, StringComparison.Ordinal);
        Assert.Equal("old", Out(slipd, "/d/e/f"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Put_OverADirectoryWithAMount_LeavesAllOfIt(bool running)
    {
        using Slipd slipd = WithTree(running, "-v", "data:/d/mounted");
        foreach (string path in (string[])["d", "d/mounted"])
        {
            (int status, string body) = Put(slipd, "/", Tar((path, "new")));
            Assert.Equal(409, status);
            Assert.Contains("mounted at 'd/mounted'", body, StringComparison.Ordinal);
        }
        Assert.Equal("old", Out(slipd, "/d/e/f"));
        // Within a volume it is as elsewhere.
        Assert.Equal(200, Put(slipd, "/d/mounted", Tar(("x/", null), ("x/y", "1"))).Status);
        Assert.Equal(200, Put(slipd, "/d/mounted", Tar(("x", "2"))).Status);
        Assert.Equal("2", Out(slipd, "/d/mounted/x"));
    }

    [Fact]
    public void Put_OverADirectory_FollowsNoLinkInIt()
    {
        using Slipd slipd = WithTree(running: true);
        string kept = Path.Combine(slipd.Slip.Scratch, "kept");
        File.WriteAllText(kept, "kept");
        slipd.DockerOk("exec", "tree", "ln", "-s", slipd.Slip.Scratch, "/d/out");
        slipd.DockerOk("exec", "tree", "ln", "-s", "/etc", "/d/in");
        Assert.Equal(200, Put(slipd, "/", Tar(("d", "new"))).Status);
        Assert.Equal("kept", File.ReadAllText(kept));
        Assert.Contains("passwd", slipd.DockerOk("exec", "tree", "ls", "/etc"), StringComparison.Ordinal);
    }

    private static Slipd WithTree(bool running, params string[] flags)
    {
        Slipd slipd = Slipd.WithBusybox();
        try
        {
            slipd.DockerOk(["create", "--name", "tree", "--network", "none", .. flags, "busybox", "sleep", "600"]);
            Assert.Equal((200, ""), Put(slipd, "/", Tar(("d/", null), ("d/e/", null), ("d/e/f", "old"))));
            if (running)
                slipd.DockerOk("start", "tree");
            return slipd;
        }
        catch
        {
            slipd.Dispose();
            throw;
        }
    }

    private static string Out(Slipd slipd, string path)
    {
        using var reader = new TarReader(slipd.Http.GetStreamAsync("/containers/tree/archive?path=" + path).GetAwaiter().GetResult());
        return new StreamReader(reader.GetNextEntry()!.DataStream!).ReadToEnd();
    }

    private static (int Status, string Body) Put(Slipd slipd, string path, byte[] tar, string more = "")
    {
        using var body = new ByteArrayContent(tar);
        using HttpResponseMessage response = slipd.Http.PutAsync($"/containers/tree/archive?path={path}{more}", body).GetAwaiter().GetResult();
        return ((int)response.StatusCode, response.Content.ReadAsStringAsync().GetAwaiter().GetResult());
    }

    // A name that ends with a slash is a directory's.
    private static byte[] Tar(params (string Name, string? Content)[] entries)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            foreach ((string name, string? content) in entries)
            {
                var entry = new PaxTarEntry(content is null ? TarEntryType.Directory : TarEntryType.RegularFile, name) { Mode = (UnixFileMode)0b111_101_101 };
                if (content is not null)
                    entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content));
                writer.WriteEntry(entry);
            }
        }
        return tar.ToArray();
    }
}
