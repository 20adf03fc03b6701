using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Gc;
using Slipway.Store.Images;
using Slipway.Store.Tests.Archives;
using Xunit;

namespace Slipway.Store.Tests.Gc;

public sealed class BackgroundRemovalTests : IDisposable
{
    private readonly TempStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Delete_ManyFiles_LeavesThemToTheRemover()
    {
        ImageRecord image = Large();
        var remover = new Recorder();
        _store.Storage.Collector.Remover = remover;

        Collected collected = _store.Storage.Images.Delete(image.Id);

        Assert.Equal(image.ChainIds, collected.Layers);
        Assert.Empty(_store.Storage.Layers.List());
        Assert.Single(Staged());
        _store.Storage.Collector.FinishRemoval(remover.Staging!, remover.Lease!);
        Assert.Empty(Staged());
        Assert.Empty(Directory.GetFiles(_store.Paths.LeaseLocks));
    }

    // The descriptors that a process was given close with it, and with them go the locks.
    [Fact]
    public void Delete_RemoverDies_TheNextToOpenRemoves()
    {
        ImageRecord image = Large();
        _store.Storage.Collector.Remover = new Recorder();
        _store.Storage.Images.Delete(image.Id);
        Assert.Single(Staged());

        using (_store.Open())
            Assert.Empty(Staged());

        Assert.Empty(Directory.GetFiles(_store.Paths.LeaseLocks));
    }

    [Fact]
    public void Delete_RemoverLives_TheNextToOpenLeavesItAlone()
    {
        ImageRecord image = Large();
        using var remover = new Recorder { Keeps = true };
        _store.Storage.Collector.Remover = remover;
        _store.Storage.Images.Delete(image.Id);

        using (_store.Open())
            Assert.Single(Staged());
    }

    [Fact]
    public void Delete_NoProcessCanBeStarted_RemovesAtOnce()
    {
        ImageRecord image = Large();
        _store.Storage.Collector.Remover = new Recorder { Starts = false };
        _store.Storage.Images.Delete(image.Id);
        Assert.Empty(Staged());
        Assert.Empty(Directory.GetFiles(_store.Paths.LeaseLocks));
    }

    [Fact]
    public void Delete_FewFiles_AsksNobody()
    {
        var remover = new Recorder();
        _store.Storage.Collector.Remover = remover;
        _store.Storage.Images.Delete(_store.Image("small").Id);
        Assert.Null(remover.Staging);
        Assert.Empty(Staged());
    }

    [Theory]
    [InlineData("../layers")]
    [InlineData("stage-x/../../layers")]
    [InlineData("other")]
    public void FinishRemoval_AnotherName_IsRefused(string name) =>
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<SlipwayException>(() => _store.Storage.Collector.FinishRemoval(name, Guid.NewGuid().ToString("N"))).Kind);

    private string[] Staged() => Directory.GetFileSystemEntries(_store.Paths.Tmp);

    private ImageRecord Large()
    {
        TempTree.RequireRoot();
        var tar = new TarBuilder();
        for (int i = 0; i < 600; i++)
            tar.File($"f{i}");
        (Digest digest, long size) = _store.Storage.Blobs.Write(tar.End());
        var layer = new Descriptor { MediaType = MediaTypes.Layer, Digest = digest, Size = size };
        _store.Storage.Layers.Unpack(null, layer, digest);
        return _store.Storage.Images.Create(TempStore.ConfigFor(layer), [layer]);
    }

    /// <summary>Stands where a process would be started: takes what it is told, and copies of the descriptors as a child would have.</summary>
    private sealed class Recorder : IBackgroundRemover, IDisposable
    {
        private readonly List<SafeFd> _copies = [];

        public bool Starts { get; init; } = true;

        public bool Keeps { get; init; }

        public string? Staging { get; private set; }

        public string? Lease { get; private set; }

        public bool TryStart(string staging, SafeFd stagingLock, string lease, SafeFd leaseLock)
        {
            (Staging, Lease) = (staging, lease);
            if (Keeps)
                _copies.AddRange([Linux.Polling.FdIo.Duplicate(stagingLock.Number), Linux.Polling.FdIo.Duplicate(leaseLock.Number)]);
            return Starts;
        }

        public void Dispose() => _copies.ForEach(c => c.Dispose());
    }
}
