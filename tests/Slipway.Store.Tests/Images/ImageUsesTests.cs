using Slipway.Oci;
using Slipway.Store.Images;
using Xunit;

namespace Slipway.Store.Tests.Images;

public sealed class ImageUsesTests : IDisposable
{
    private readonly TempStore _store = new();

    private ImageStore Images => _store.Storage.Images;

    public void Dispose() => _store.Dispose();

    [Fact]
    public void LastUses_AnImageThatCame_IsUsedNow()
    {
        ImageRecord image = _store.Image("layer");
        Assert.InRange(Images.LastUses()[image.Id], DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
    }

    [Fact]
    public void List_ImagesMadeAtOneTime_TheLastThatCameIsFirstWhateverIsUsed()
    {
        ImageRecord[] images = [.. Enumerable.Range(0, 5).Select(i =>
        {
            ImageRecord image = _store.Image($"layer {i}");
            Thread.Sleep(2);
            return image;
        })];
        Assert.Single(images.Select(i => i.Created).Distinct());

        Images.Use([images[0].Id]);

        Assert.Equal(images.Reverse().Select(i => i.Id), Images.List().Select(i => i.Id));
        Assert.Equal(images.Select(i => Images.Get(i.Id.ToString()).Came), Images.List().Reverse().Select(i => i.Came));
    }

    [Fact]
    public void SetUsed_EarlierThanKnown_ChangesNothing()
    {
        ImageRecord image = _store.Image("layer");
        DateTimeOffset later = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1000);
        Images.SetUsed([image.Id], later);
        Images.SetUsed([image.Id], later.AddDays(-3));
        Assert.Equal(later, Images.LastUses()[image.Id]);
    }

    [Fact]
    public void SetUsed_ImageThatIsGone_IsNotRemembered()
    {
        ImageRecord image = _store.Image("layer");
        Images.Delete(image.Id);
        Images.Use([image.Id]);
        Assert.Empty(Images.LastUses());
    }

    [Fact]
    public void Retire_TakesTheNamesAndComesBackWhenNamedAgain()
    {
        ImageRecord image = _store.Image("layer");
        var name = Reference.Parse("app:1");
        Images.Tag(image.Id, name);
        Images.AddDigest(image.Id, name.Repository, image.Id);

        Images.Retire(image.Id);

        Assert.True(Images.List().Single().IsRetired);
        Assert.Empty(Images.List().Single().Names);
        Assert.Empty(Images.DigestsOf(image.Id));
        Assert.Null(Images.Find(image.Id.Hex[..12]));
        Assert.NotNull(Images.Find(image.Id.ToString()));
        Images.Tag(image.Id, name);
        Assert.False(Images.Get("app:1").IsRetired);
    }

    [Fact]
    public void Retire_TheSameImageComesAgain_IsSeenAgain()
    {
        ImageRecord image = _store.Image("layer");
        Images.Retire(image.Id);
        Assert.False(_store.Image("layer").IsRetired);
    }
}
