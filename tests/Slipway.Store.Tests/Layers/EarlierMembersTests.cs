using Slipway.Store.Archives;
using Slipway.Store.Layers;
using Slipway.Store.Tests.Archives;
using Xunit;

namespace Slipway.Store.Tests.Layers;

/// <summary>Blobs that take members of an earlier one: quicker, and byte for byte what they would be without.</summary>
public sealed class EarlierMembersTests
{
    private const int Files = 240;

    private static readonly LayerCommitOptions s_options = new() { ClampTo = DateTimeOffset.UnixEpoch, Remember = true };

    [Theory]
    [InlineData("f000", "changed")]
    [InlineData("f150", "grown by a line of which nobody knew anything before")]
    [InlineData("f239", "")]
    [InlineData("new", "one more")]
    [InlineData("f123", null)]
    public void AChange_LeavesNearlyAllMembers_AndTheBlobIsTheOneOfAnybodyElse(string name, string? content)
    {
        TempTree.RequireRoot();
        using TempStore store = new(), other = new();
        PackedBlob before = store.Storage.Layers.Commit(null, Tree(store, "one"), s_options).Members;
        Assert.InRange(before.Members.Count, 5, 40);

        CommittedLayer after = store.Storage.Layers.Commit(null, Tree(store, "two", name, content), s_options with { Earlier = before });

        Assert.InRange(after.Members.Members.Except(before.Members).Count(), 1, 3);
        CommittedLayer alone = other.Storage.Layers.Commit(null, Tree(other, "two", name, content), new() { ClampTo = DateTimeOffset.UnixEpoch });
        Assert.Equal(alone.Blob, after.Blob);
        Assert.Equal(alone.Layer.DiffId, after.Layer.DiffId);
        Assert.Empty(alone.Members.Members);
    }

    [Fact]
    public void ABlobThatIsDamagedOrGone_GivesNothingOn()
    {
        TempTree.RequireRoot();
        using TempStore store = new(), other = new();
        CommittedLayer first = store.Storage.Layers.Commit(null, Tree(store, "one"), s_options);
        string path = store.Storage.Blobs.PathOf(first.Blob.Digest);
        byte[] bytes = File.ReadAllBytes(path);
        for (int i = 0; i < bytes.Length; i += 1000)
            bytes[i] ^= 0x55;
        File.WriteAllBytes(path, bytes);
        CommittedLayer expected = other.Storage.Layers.Commit(null, Tree(other, "two", "f001", "x"), s_options);

        Assert.Equal(expected.Blob, store.Storage.Layers.Commit(null, Tree(store, "two", "f001", "x"), s_options with { Earlier = first.Members }).Blob);
        store.Storage.Blobs.Delete(first.Blob.Digest);
        CommittedLayer third = store.Storage.Layers.Commit(null, Tree(store, "three", "f002", "y"), s_options with { Earlier = first.Members });
        Assert.Equal(other.Storage.Layers.Commit(null, Tree(other, "three", "f002", "y"), s_options).Blob, third.Blob);
    }

    // 4 MB of files of very different sizes, one of them larger than a member.
    private static string Tree(TempStore store, string directory, string? changed = null, string? content = null)
    {
        string path = Directory.CreateDirectory(store.Outside(directory)).FullName;
        for (int i = 0; i < Files; i++)
        {
            int lines = i == 77 ? 60_000 : i % 50 * 16;
            File.WriteAllText(Path.Join(path, $"f{i:000}"), string.Concat(Enumerable.Repeat($"a line of file {i} as it was\n", lines)));
        }
        if (content is not null)
            File.WriteAllText(Path.Join(path, changed), content);
        else if (changed is not null)
            File.Delete(Path.Join(path, changed));
        return path;
    }
}
