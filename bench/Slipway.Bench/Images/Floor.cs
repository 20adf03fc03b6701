using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Slipway.Bench.Images;

/// <summary>What has to be done to have the image unpacked, each stage alone and on all processors, the largest layers first.</summary>
internal static class Floor
{
    private const int BufferSize = 256 * 1024;

    /// <summary>Milliseconds of each stage: the median of the rounds.</summary>
    public static List<Measurement> Measure(string image, string place, int rounds)
    {
        FileInfo[] packed = Files(image, "packed"), plain = Files(image, "plain");
        PlainTree[] trees = [.. plain.Select(f => new PlainTree(f.FullName))];
        return
        [
            Of("inflate", rounds, () => OnAll(packed, Inflate)),
            Of("hash", rounds, () => OnAll([.. plain.Concat(packed).OrderByDescending(f => f.Length)], Hash)),
            Of("write", rounds, () => OnAll(trees, tree => Write(tree, place))),
        ];
    }

    private static FileInfo[] Files(string image, string kind) =>
        [.. Directory.EnumerateFiles(Path.Combine(image, kind)).Select(f => new FileInfo(f)).OrderByDescending(f => f.Length)];

    private static Measurement Of(string name, int rounds, Action act)
    {
        act();
        double[] times = new double[rounds];
        for (int i = 0; i < rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            act();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        return Measurement.Of(name, times);
    }

    // One at a time each, so that a large one doesn't wait behind small ones.
    private static void OnAll<T>(T[] all, Action<T> act)
    {
        int next = -1;
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < all.Length;)
                act(all[i]);
        });
    }

    private static void Inflate(FileInfo file)
    {
        using var plain = new GZipStream(file.OpenRead(), CompressionMode.Decompress);
        byte[] buffer = new byte[BufferSize];
        while (plain.Read(buffer) > 0)
        {
        }
    }

    private static void Hash(FileInfo file)
    {
        using FileStream content = file.OpenRead();
        SHA256.HashData(content);
    }

    // Left there until after the rounds: on some file systems removing makes what comes after slow.
    private static void Write(PlainTree tree, string place) => tree.Write(Path.Combine(place, "floor", Guid.NewGuid().ToString("N")));
}
