using System.Globalization;
using Slipway.Api.Grpc;
using Slipway.Linux;
using Slipway.Linux.Files;

namespace Slipway.Api.BuildKit;

/// <summary>Brings a result to its client (moby.filesync.v1.FileSend): one file as a stream, or a directory as the client's own files come to us, the other way round.</summary>
internal static class FileSender
{
    private const string Method = "/moby.filesync.v1.FileSend/DiffCopy", ExporterId = "buildkit-attachable-exporter-id", Metadata = "exporter-md-";
    private const int PieceLength = 64 << 10;

    /// <summary>Sends a file, and waits until the client has it.</summary>
    /// <param name="session">Whose.</param>
    /// <param name="output">Which of the build's outputs it is, from 0.</param>
    /// <param name="path">The file.</param>
    /// <param name="metadata">What the client is told of it.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task SendFileAsync(Session session, int output, string path, IReadOnlyDictionary<string, string> metadata, CancellationToken ct)
    {
        await using SessionCall call = await session.CallAsync(Method, [Id(output), .. metadata.Select(m => KeyValuePair.Create(Metadata + m.Key, m.Value))], ct).ConfigureAwait(false);
        await using (FileStream file = File.OpenRead(path))
        {
            var buffer = new byte[PieceLength];
            for (int length; (length = await file.ReadAsync(buffer, ct).ConfigureAwait(false)) > 0;)
                await call.WriteAsync(BytesMessage.Of(buffer.AsSpan(0, length)), ct).ConfigureAwait(false);
        }
        await call.CompleteAsync(ct).ConfigureAwait(false);
        while (await call.ReadAsync(ct).ConfigureAwait(false) is not null)
        {
        }
    }

    /// <summary>Sends the files of a directory: first what there is, then the content that the client asks for.</summary>
    public static async Task SendDirectoryAsync(Session session, int output, string path, CancellationToken ct)
    {
        await using SessionCall call = await session.CallAsync(Method, [Id(output)], ct).ConfigureAwait(false);
        using DirFd root = DirFd.Open(path);
        var files = new List<byte[]?>();
        // Described and sent by a task of their own, so that what the client asks for meanwhile is heard.
        Task describing = DescribeAsync(call, root, [], files, isRoot: true, ct);
        while (await call.ReadAsync(ct).ConfigureAwait(false) is { } message)
        {
            (SyncPacket.Kind kind, int id, string error) = Taken(message.Span);
            switch (kind)
            {
                case SyncPacket.Kind.Request:
                    byte[]? file;
                    lock (files)
                        file = id >= 0 && id < files.Count ? files[id] : null;
                    await SendAsync(call, root, id, file ?? throw new GrpcException(GrpcCode.InvalidArgument, $"the client asks for the content of entry {id}, which has none"), ct).ConfigureAwait(false);
                    break;
                case SyncPacket.Kind.Finished:
                    await describing.ConfigureAwait(false);
                    await call.WriteAsync(SyncPacket.Of(SyncPacket.Kind.Finished), ct).ConfigureAwait(false);
                    await call.CompleteAsync(ct).ConfigureAwait(false);
                    break;
                case SyncPacket.Kind.Error:
                    throw new GrpcException(GrpcCode.Unknown, error);
            }
        }
        await describing.ConfigureAwait(false);
    }

    private static (SyncPacket.Kind, int, string) Taken(ReadOnlySpan<byte> message)
    {
        SyncPacket.Parts packet = SyncPacket.Read(message);
        return (packet.Kind, packet.Id, packet.Kind == SyncPacket.Kind.Error ? SyncPacket.ErrorOf(packet).Message : "");
    }

    private static async Task DescribeAsync(SessionCall call, DirFd directory, byte[] path, List<byte[]?> files, bool isRoot, CancellationToken ct)
    {
        foreach (DirEntry entry in directory.List(sorted: true))
        {
            byte[] own = path.Length == 0 ? entry.Name : [.. path, (byte)'/', .. entry.Name];
            FileStatus status = directory.Status(entry.Name);
            lock (files)
                files.Add(status.IsRegular ? own : null);
            await call.WriteAsync(SyncPacket.Of(own, status, status.IsSymlink ? directory.ReadLink(entry.Name) : []), ct).ConfigureAwait(false);
            if (!status.IsDirectory)
                continue;
            using DirFd below = directory.OpenDirectory(entry.Name);
            await DescribeAsync(call, below, own, files, isRoot: false, ct).ConfigureAwait(false);
        }
        if (isRoot)
            await call.WriteAsync(SyncPacket.Of(SyncPacket.Kind.Stat), ct).ConfigureAwait(false);
    }

    private static async Task SendAsync(SessionCall call, DirFd root, int id, byte[] path, CancellationToken ct)
    {
        using SafeFd file = root.OpenPath(path, OpenFlags.ReadOnly, 0, Resolve.NoLinks);
        var buffer = new byte[PieceLength];
        for (int length; (length = file.Read(buffer)) > 0;)
            await call.WriteAsync(SyncPacket.Of(id, buffer.AsSpan(0, length)), ct).ConfigureAwait(false);
        await call.WriteAsync(SyncPacket.Of(id, []), ct).ConfigureAwait(false);
    }

    private static KeyValuePair<string, string> Id(int output) => new(ExporterId, output.ToString(CultureInfo.InvariantCulture));
}
