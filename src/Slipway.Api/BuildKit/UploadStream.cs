using Slipway.Oci.Streams;

namespace Slipway.Api.BuildKit;

/// <summary>What a client has on its standard input, as a stream (moby.upload.v1.Upload): read by whoever unpacks it, never more than that takes.</summary>
internal sealed class UploadStream(Session session, string path, CancellationToken ct) : ReadOnlyStream
{
    private const string Method = "/moby.upload.v1.Upload/Pull";
    private SessionCall? _call;
    private ReadOnlyMemory<byte> _piece;
    private bool _isOver;

    public override int Read(Span<byte> buffer)
    {
        _call ??= session.CallAsync(Method, [new("urlpath", path), new("urlhost", "buildkit-session")], ct).GetAwaiter().GetResult();
        while (_piece.IsEmpty && !_isOver)
        {
            if (_call.ReadAsync(ct).AsTask().GetAwaiter().GetResult() is { } message)
                _piece = BytesMessage.Read(message);
            else
                _isOver = true;
        }
        int count = Math.Min(buffer.Length, _piece.Length);
        _piece.Span[..count].CopyTo(buffer);
        _piece = _piece[count..];
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _call?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        base.Dispose(disposing);
    }
}
