using Slipway.Oci;
using Slipway.Store.Images;
using Xunit;

namespace Slipway.Store.Tests.Images;

public sealed class ImageDigestsTests : IDisposable
{
    private const string Repository = "docker.io/library/app";
    private static readonly Digest s_index = Digest.Of("an index"u8);
    private readonly TempStore _store = new();

    private ImageStore Images => _store.Storage.Images;

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Find_ByTheDigestOfItsIndex_FindsTheImage()
    {
        ImageRecord image = Recorded("one");
        Assert.Equal(image.Id, Images.Find($"app@{s_index}")?.Id);
        Assert.Equal(image.Id, Images.Find($"app@{image.Id}")?.Id);
        Assert.Null(Images.Find($"app@{Digest.Of("other"u8)}"));
        Assert.Equal([$"app@{s_index}"], Images.DigestsOf(image.Id).Select(d => d.Familiar));
        Assert.Equal([$"app@{s_index}"], Images.AllDigests()[image.Id].Select(d => d.Familiar));
    }

    [Fact]
    public void AddDigest_OfAnotherImage_MovesIt()
    {
        ImageRecord first = Recorded("one"), second = _store.Image("two");
        Images.AddDigest(second.Id, Repository, s_index);
        Assert.Equal(second.Id, Images.Find($"app@{s_index}")?.Id);
        Assert.Empty(Images.DigestsOf(first.Id));
    }

    [Fact]
    public void FindNamed_ByADigestOfAnotherRepository_FindsNothing()
    {
        ImageRecord image = Recorded("one");
        Assert.Equal(image.Id, Images.FindNamed($"app@{s_index}")?.Id);
        Assert.Equal(image.Id, Images.FindNamed(image.Id.ToString())?.Id);
        Assert.Null(Images.FindNamed($"other@{s_index}"));
        Assert.Null(Images.FindNamed($"other@{image.Id}"));
        // What a tag of the repository points at is its own, whoever brought it.
        Images.Tag(image.Id, Reference.Parse("other:1"));
        Assert.Equal(image.Id, Images.FindNamed($"other@{image.Id}")?.Id);
        Assert.Null(Images.FindNamed($"other@{s_index}"));
        Assert.Contains("No such image: third@", Assert.Throws<SlipwayException>(() => Images.GetNamed($"third@{s_index}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Delete_OfTheImage_TakesItsDigests()
    {
        Images.Delete(Recorded("one").Id);
        Assert.Null(Images.Find($"app@{s_index}"));
    }

    [Fact]
    public void RecordPulled_ByDigest_HasANameWithoutATag()
    {
        ImageRecord made = _store.Image("one");
        ImageDocuments documents = ImageDocuments.Read(_store.Storage.Blobs.ReadAll(made.Id, 1 << 20), _store.Storage.Blobs);
        Reference pinned = Reference.Parse($"app@{s_index}");
        ImageRecord image = Images.RecordPulled(documents, [pinned], Repository, [s_index]);
        Assert.Equal([pinned], image.Names);
        Assert.Equal(image.Id, Images.Find(pinned.ToString())?.Id);
    }

    private ImageRecord Recorded(string content)
    {
        ImageRecord image = _store.Image(content);
        Images.AddDigest(image.Id, Repository, s_index);
        return image;
    }
}
