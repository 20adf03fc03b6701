using System.Buffers;

namespace Slipway.Oci.Streams;

/// <summary>
/// Large buffers that are used again, for the whole process. The runtime's own pool gives up one of each size a minute, and only while it collects: who
/// works in rushes and rests between them would hold what the largest rush took. This one can be emptied.
/// </summary>
public static class BufferPool
{
    private const int Longest = 1 << 20, MostOfASize = 16;

    private static ArrayPool<byte> s_pool = Make();

    /// <summary>A buffer of at least so many bytes, with anything in it. It goes back by <see cref="Return"/>, or to the collector.</summary>
    public static byte[] Rent(int least) => Volatile.Read(ref s_pool).Rent(least);

    /// <summary>Takes a buffer back that <see cref="Rent"/> gave, before it was emptied or since.</summary>
    public static void Return(byte[] buffer) => Volatile.Read(ref s_pool).Return(buffer);

    /// <summary>Lets go of all that nobody has; it costs nothing but that the next ones are made anew.</summary>
    public static void Empty() => Volatile.Write(ref s_pool, Make());

    // Lists of nothing: buffers are made when they are asked for. Longer ones than it knows are made and not kept.
    private static ArrayPool<byte> Make() => ArrayPool<byte>.Create(Longest, MostOfASize);
}
