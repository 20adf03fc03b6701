using System.Text;
using Slipway.Oci;
using Slipway.Store.Blobs;
using Xunit;

namespace Slipway.Store.Tests.Blobs;

public sealed class BlobStoreTests : IDisposable
{
    private static readonly byte[] s_content = Encoding.ASCII.GetBytes("some content");
    private readonly TempStore _store = new();

    private BlobStore Blobs => _store.Storage.Blobs;

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Write_Content_IsFoundUnderItsDigest()
    {
        (Digest digest, long size) = Blobs.Write(s_content);
        Assert.Equal(Digest.Of(s_content), digest);
        Assert.Equal(s_content.Length, size);
        Assert.True(Blobs.Contains(digest));
        Assert.Equal(s_content, Blobs.ReadAll(digest, 100));
        Assert.Equal([digest], Blobs.List());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Blobs.PathOf(digest)));
    }

    [Fact]
    public void Commit_OtherDigest_StoresNothing()
    {
        BlobWriter writer = Blobs.CreateWriter();
        writer.Write(s_content);
        Digest wrong = Digest.Of("other"u8);
        var e = Assert.Throws<SlipwayException>(() => writer.Commit(wrong));
        Assert.Equal(ErrorKind.Corrupt, e.Kind);
        Assert.Contains(wrong.ToString(), e.Message, StringComparison.Ordinal);
        Assert.Contains(Digest.Of(s_content).ToString(), e.Message, StringComparison.Ordinal);
        AssertEmpty();
    }

    [Fact]
    public void Commit_OtherSize_StoresNothing()
    {
        BlobWriter writer = Blobs.CreateWriter();
        writer.Write(s_content);
        Assert.Equal(ErrorKind.Corrupt, Assert.Throws<SlipwayException>(() => writer.Commit(Digest.Of(s_content), 11)).Kind);
        AssertEmpty();
    }

    [Fact]
    public void Commit_ExpectedDigestAndSize_Stores()
    {
        using BlobWriter writer = Blobs.CreateWriter();
        writer.Write(s_content.AsSpan(0, 4));
        writer.Write(s_content, 4, s_content.Length - 4);
        Assert.Equal((Digest.Of(s_content), s_content.Length), writer.Commit(Digest.Of(s_content), s_content.Length));
        Assert.Empty(Directory.GetFiles(_store.Paths.Ingest));
    }

    [Fact]
    public void Dispose_WithoutCommit_LeavesNothing()
    {
        using (BlobWriter writer = Blobs.CreateWriter())
            writer.Write(s_content);
        AssertEmpty();
    }

    [Fact]
    public void Commit_BlobThatIsThere_LeavesItsFileAlone()
    {
        (Digest digest, _) = Blobs.Write(s_content);
        using Stream open = Blobs.OpenRead(digest);
        Blobs.Write(s_content);
        File.AppendAllText(Blobs.PathOf(digest), "!");
        Assert.Equal(s_content.Length + 1, open.Length);
    }

    [Fact]
    public void Commit_BlobThatAPowerCutEmptied_PutsItRight()
    {
        (Digest digest, _) = Blobs.Write(s_content);
        File.WriteAllText(Blobs.PathOf(digest), "");
        Blobs.Write(s_content);
        Assert.Equal(s_content, Blobs.ReadAll(digest, 100));
    }

    [Fact]
    public void ReadAll_LargerThanAllowed_Refuses()
    {
        (Digest digest, _) = Blobs.Write(s_content);
        Assert.Throws<SlipwayException>(() => Blobs.ReadAll(digest, s_content.Length - 1));
        Assert.Equal(s_content, Blobs.ReadAll(digest, s_content.Length));
    }

    [Fact]
    public void OpenRead_Missing_SaysNotFound()
    {
        Digest missing = Digest.Of("nothing"u8);
        Assert.Equal(ErrorKind.NotFound, Assert.Throws<SlipwayException>(() => Blobs.OpenRead(missing)).Kind);
        Assert.Equal(ErrorKind.NotFound, Assert.Throws<SlipwayException>(() => Blobs.SizeOf(missing)).Kind);
        Blobs.Delete(missing);
    }

    [Fact]
    public void List_StrayFile_IsNotABlob()
    {
        File.WriteAllText(Path.Join(_store.Paths.Blobs, "README"), "");
        Assert.Empty(Blobs.List());
    }

    private void AssertEmpty()
    {
        Assert.Empty(Blobs.List());
        Assert.Empty(Directory.GetFiles(_store.Paths.Ingest));
    }
}
