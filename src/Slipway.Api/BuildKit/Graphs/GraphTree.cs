using System.Text;
using Slipway.Api.Protobuf;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Api.BuildKit.Graphs;

/// <summary>The files that a graph came to, as its client asks for them: by name, before it knows what it wants to build. Whose they are is not to be trusted.</summary>
/// <param name="directory">Where they are.</param>
/// <param name="owner">What goes with them.</param>
internal sealed class GraphTree(string directory, IDisposable owner) : IDisposable
{
    // As much as a message may have.
    private const int MaxRead = 16 << 20, MaxNames = 100_000;

    public string Directory { get; } = directory;

    /// <summary>A part of a file's content.</summary>
    /// <param name="path">Links lead where they would in a container.</param>
    /// <param name="offset">From where on.</param>
    /// <param name="length">So many bytes at most; 0: to its end.</param>
    /// <exception cref="SlipwayException">NotFound, InvalidArgument, Exhausted.</exception>
    public byte[] Read(string path, long offset, long length)
    {
        using DirFd root = DirFd.Open(Directory);
        // Not to wait for who writes into a pipe.
        using SafeFd file = root.TryOpenPath(Relative(path), OpenFlags.ReadOnly | OpenFlags.NonBlocking, Resolve.InRoot) ?? throw Missing(path);
        FileStatus status = file.Status();
        if (!status.IsRegular)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"read {Printable.Escape(path)}: it is no file");
        long there = Math.Max(0, status.Size - Math.Max(0, offset));
        long wanted = length > 0 ? Math.Min(length, there) : there;
        if (wanted > MaxRead)
            throw new SlipwayException(ErrorKind.Exhausted, $"read {Printable.Escape(path)}: it has {status.Size} bytes, and {MaxRead >> 20} MiB are read at once");
        var bytes = new byte[wanted];
        int have = 0;
        for (int count; have < bytes.Length && (count = file.ReadAt(bytes.AsSpan(have), Math.Max(0, offset) + have)) > 0;)
            have += count;
        return bytes[..have];
    }

    /// <summary>fsutil.types.Stat of a file; of a link, not of what it leads to.</summary>
    /// <exception cref="SlipwayException">NotFound.</exception>
    public ProtoWriter Status(string path)
    {
        byte[] relative = Relative(path);
        using DirFd root = DirFd.Open(Directory);
        if (relative.Length == 0)
            return SyncPacket.StatOf("."u8, root.Status(), []);
        int slash = relative.AsSpan().LastIndexOf((byte)'/');
        using DirFd parent = root.TryOpenDirectory(slash < 0 ? [] : relative[..slash], Resolve.InRoot) ?? throw Missing(path);
        byte[] name = relative[(slash + 1)..];
        return !name.AsSpan().SequenceEqual(".."u8) && parent.TryStatus(name, out FileStatus status)
            ? SyncPacket.StatOf(name, status, status.IsSymlink ? parent.ReadLink(name) : [])
            : throw Missing(path);
    }

    /// <summary>What is in a directory: fsutil.types.Stat of each.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="pattern">Which names, with wildcards; empty: all, and only that is served.</param>
    /// <exception cref="SlipwayException">NotFound: there is no such directory.</exception>
    public List<ProtoWriter> List(string path, string pattern)
    {
        if (pattern.Length > 0)
            throw GraphReader.NotServed("a list of files by a pattern");
        using DirFd root = DirFd.Open(Directory);
        using DirFd parent = root.TryOpenDirectory(Relative(path), Resolve.InRoot) ?? throw Missing(path);
        List<ProtoWriter> all = [];
        foreach (DirEntry entry in parent.List(sorted: true, MaxNames))
        {
            if (parent.TryStatus(entry.Name, out FileStatus status))
                all.Add(SyncPacket.StatOf(entry.Name, status, status.IsSymlink ? parent.ReadLink(entry.Name) : []));
        }
        return all;
    }

    /// <inheritdoc/>
    public void Dispose() => owner.Dispose();

    private static byte[] Relative(string path) => Encoding.UTF8.GetBytes(string.Join('/', path.Split('/').Where(name => name is not ("" or "."))));

    // As Go says it: clients go on to the next name that it may have.
    private static SlipwayException Missing(string path) => new(ErrorKind.NotFound, $"{Printable.Escape(path)}: no such file or directory");
}
