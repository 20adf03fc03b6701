using System.Runtime.CompilerServices;
using Slipway.Oci.Streams;
using Xunit;

namespace Slipway.Oci.Tests.Streams;

public sealed class BufferPoolTests
{
    private const int Size = 256 * 1024;

    [Fact]
    public void Rent_AfterReturn_GivesTheSameAgain()
    {
        byte[] first = BufferPool.Rent(Size);
        BufferPool.Return(first);
        byte[] second = BufferPool.Rent(Size);
        Assert.Same(first, second);
        BufferPool.Return(second);
    }

    [Fact]
    public void Empty_LetsGoOfWhatNobodyHas()
    {
        WeakReference kept = RentAndReturn();
        GC.Collect();
        Assert.True(kept.IsAlive);
        BufferPool.Empty();
        GC.Collect();
        Assert.False(kept.IsAlive);
    }

    [Fact]
    public void Return_OfWhatWasRentedBeforeItWasEmptied_HarmsNothing()
    {
        byte[] early = BufferPool.Rent(Size);
        BufferPool.Empty();
        BufferPool.Return(early);
        byte[] first = BufferPool.Rent(Size), second = BufferPool.Rent(Size);
        Assert.NotSame(first, second);
        BufferPool.Return(first);
        BufferPool.Return(second);
    }

    [Fact]
    public void Rent_OfMoreThanItKeeps_WorksToo()
    {
        byte[] large = BufferPool.Rent(5_000_000);
        Assert.True(large.Length >= 5_000_000);
        BufferPool.Return(large);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference RentAndReturn()
    {
        byte[] buffer = BufferPool.Rent(Size);
        BufferPool.Return(buffer);
        return new(buffer);
    }
}
