using System.IO.Compression;
using System.Security.Cryptography;
using Slipway.Linux;
using Slipway.Linux.Files;

namespace Slipway.Bench.Images;

/// <summary>What has to be done to have the image unpacked, each stage alone and on all processors, the largest layers first.</summary>
internal static class Floor
{
    private const int BufferSize = 256 * 1024;

    public const string Name = "alone";

    /// <summary>The stages, as an engine that does nothing but these; its trees stay until somebody removes them.</summary>
    public static EngineWay Engine(string image, string place)
    {
        FileInfo[] packed = Files(image, "packed"), plain = Files(image, "plain");
        PlainTree[] trees = [.. plain.Select(f => new PlainTree(f.FullName))];
        Directory.CreateDirectory(TreesOf(place));
        DirectorySpread.TrySet(TreesOf(place));
        FileInfo[] all = [.. plain.Concat(packed).OrderByDescending(f => f.Length)];
        return new(Name,
        [
            Stage("inflate", () => OnAll(packed, Inflate)),
            Stage("hash", () => OnAll(all, Hash)),
            Stage("write", () => WriteAll(trees, TreesOf(place))),
        ]);
    }

    /// <summary>Where the trees are. On some file systems removing makes what comes after slow: it is for after the rounds.</summary>
    public static string TreesOf(string place) => Path.Combine(place, "floor");

    private static FileInfo[] Files(string image, string kind) =>
        [.. Directory.EnumerateFiles(Path.Combine(image, kind)).Select(f => new FileInfo(f)).OrderByDescending(f => f.Length)];

    private static EngineStep Stage(string name, Action act) => new(name, () =>
    {
        act();
        return true;
    });

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

    // A layer that a power cut could empty is none: it is on the disk before anything refers to it.
    private static void WriteAll(PlainTree[] trees, string place)
    {
        OnAll(trees, tree => tree.Write(Path.Combine(place, Guid.NewGuid().ToString("N"))));
        using SafeFd here = FileDescriptor.Open(place, OpenFlags.ReadOnly | OpenFlags.Directory);
        here.FlushFileSystem();
    }
}
