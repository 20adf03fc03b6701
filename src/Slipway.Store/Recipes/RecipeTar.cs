using Slipway.Oci;

namespace Slipway.Store.Recipes;

/// <summary>A recorded tar with the recipe that it is read from. Errors say which layer they are about.</summary>
internal sealed class RecipeTar(RecipeFile recipe, RecordedTar tar, string layer) : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return tar.Read(buffer);
        }
        catch (SlipwayException e)
        {
            throw new SlipwayException(e.Kind, $"{e.Message} in {layer}", e);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            tar.Dispose();
            recipe.Dispose();
        }
        base.Dispose(disposing);
    }
}
