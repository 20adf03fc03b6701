using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Slipway.Api.Grpc;
using Slipway.Api.Protobuf;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Image;

namespace Slipway.Api.BuildKit;

/// <summary>
/// An OCI layout that the client has (<c>--build-context NAME=oci-layout://PATH</c>): it serves the blobs of it by their digests, as containerd's content service does. What
/// one image of it consists of is brought into a layout of ours; each blob is held against its digest.
/// </summary>
internal sealed class SessionLayout(Session session, DirFd stage, CancellationToken ct)
{
    private const string Prefix = "oci-layout://", Method = "/containerd.services.content.v1.Content/Read", StoreHeader = "buildkit-attachable-store-id";
    private const int MaxDocument = 4 << 20;

    /// <summary>Whether a context is one, and which: the name that the client gave its store, and the image.</summary>
    public static bool TryParse(string value, out string store, out Digest image)
    {
        (store, image) = ("", default);
        if (!value.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        string[] parts = value[Prefix.Length..].Split('@');
        store = parts[0].Split(':')[0];
        return parts.Length == 2 && store.Length > 0 && Digest.TryParse(parts[1], out image);
    }

    /// <summary>Brings one image.</summary>
    /// <param name="name">The directory to be made for it in the stage.</param>
    /// <param name="store">The client's name of the layout.</param>
    /// <param name="image">An image's manifest, or an index of such.</param>
    /// <param name="platform">Which one of an index.</param>
    /// <param name="isHere">Whether an image is in the store already: then its layers don't have to come.</param>
    /// <exception cref="SlipwayException">NotFound, InvalidArgument: what it has is no image for the platform, or not what its digest says.</exception>
    public void Bring(string name, string store, Digest image, Platform platform, Func<Digest, bool> isHere)
    {
        byte[] path = Encoding.UTF8.GetBytes(name);
        stage.MakeDirectory(path);
        using DirFd root = stage.OpenDirectory(path);
        root.MakeDirectory("blobs"u8.ToArray());
        using DirFd blobs = root.OpenDirectory("blobs"u8.ToArray());
        blobs.MakeDirectory("sha256"u8.ToArray());
        using DirFd into = blobs.OpenDirectory("sha256"u8.ToArray());

        byte[] document = BringDocument(into, store, image);
        if (IsIndex(document))
        {
            Descriptor chosen = ImageManifestJson.ReadIndex(document, "an index of the client's layout").Manifests.Where(m => MediaTypes.IsManifest(m.MediaType) && (m.Platform is null || platform.Score(m.Platform) > 0)).MaxBy(m => platform.Score(m.Platform))
                ?? throw new SlipwayException(ErrorKind.NotFound, $"the client's layout has no image for {platform} in {image}");
            image = chosen.Digest;
            document = BringDocument(into, store, image);
        }
        ImageManifest manifest = ImageManifestJson.Read(document, "an image of the client's layout");
        if (!isHere(image))
        {
            foreach (Descriptor blob in (Descriptor[])[manifest.Config, .. manifest.Layers])
                BringBlob(into, store, blob.Digest, blob.Size);
        }
        Write(root, "oci-layout", Encoding.ASCII.GetBytes("""{"imageLayoutVersion":"1.0.0"}"""));
        var descriptor = new Descriptor { MediaType = manifest.MediaType ?? MediaTypes.Manifest, Digest = image, Size = document.Length };
        Write(root, "index.json", ImageManifestJson.Write(new ImageIndex { SchemaVersion = 2, MediaType = MediaTypes.Index, Manifests = [descriptor] }));
    }

    // Nothing tells the kind but the document itself; whichever is meant is read as nothing else.
    private static bool IsIndex(byte[] document)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(document);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("manifests"u8, out _);
        }
        catch (JsonException e)
        {
            throw new SlipwayException(ErrorKind.InvalidArgument, "what the client's layout has for the image is no manifest", e);
        }
    }

    private byte[] BringDocument(DirFd into, string store, Digest digest)
    {
        using var bytes = new MemoryStream();
        ReadAsync(store, digest, MaxDocument, bytes.Write).GetAwaiter().GetResult();
        byte[] document = bytes.ToArray();
        if (Digest.Of(document) != digest)
            throw Other(digest);
        Write(into, digest.Hex, document);
        return document;
    }

    private void BringBlob(DirFd into, string store, Digest digest, long size)
    {
        byte[] name = Encoding.ASCII.GetBytes(digest.Hex);
        // One layer may be there twice.
        if (into.TryStatus(name, out _))
            return;
        using SafeFd file = into.CreateFile(name);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long at = 0;
        ReadAsync(store, digest, size, piece =>
        {
            hash.AppendData(piece);
            file.WriteAt(piece, at);
            at += piece.Length;
        }).GetAwaiter().GetResult();
        if (Digest.FromHash(hash.GetHashAndReset()) != digest)
            throw Other(digest);
    }

    // containerd.services.content.v1.ReadContentRequest, and pieces of the blob back.
    private async Task ReadAsync(string store, Digest digest, long most, PieceHandler take)
    {
        try
        {
            await using SessionCall call = await session.CallAsync(Method, [new(StoreHeader, "oci:" + store)], ct).ConfigureAwait(false);
            await call.WriteAsync(new ProtoWriter().Text(1, digest.ToString()), ct).ConfigureAwait(false);
            await call.CompleteAsync(ct).ConfigureAwait(false);
            while (await call.ReadAsync(ct).ConfigureAwait(false) is { } message)
            {
                int length = Take(message.Span, take);
                most -= length;
                if (most < 0)
                    throw new SlipwayException(ErrorKind.InvalidArgument, $"the client's layout has more bytes for {digest} than it may have");
            }
        }
        catch (GrpcException e) when (e.Code == GrpcCode.NotFound)
        {
            throw new SlipwayException(ErrorKind.NotFound, $"the client's layout has no {digest}: {Printable.Escape(e.Message)}", e);
        }
    }

    private static int Take(ReadOnlySpan<byte> message, PieceHandler take)
    {
        int length = 0;
        for (var reader = new ProtoReader(message); reader.Next();)
        {
            if (reader.Field != 2)
                continue;
            take(reader.Bytes);
            length += reader.Bytes.Length;
        }
        return length;
    }

    private static void Write(DirFd directory, string name, byte[] bytes)
    {
        using SafeFd file = directory.CreateFile(Encoding.ASCII.GetBytes(name));
        file.WriteAt(bytes, 0);
    }

    private static SlipwayException Other(Digest digest) => new(ErrorKind.InvalidArgument, $"the client's layout has something else for {digest}");

    private delegate void PieceHandler(ReadOnlySpan<byte> piece);
}
