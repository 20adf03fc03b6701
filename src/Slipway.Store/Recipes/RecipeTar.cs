using Slipway.Oci;
using Slipway.Oci.Streams;

namespace Slipway.Store.Recipes;

/// <summary>A recorded tar with the recipe that it is read from. Errors say which layer they are about.</summary>
internal sealed class RecipeTar(RecipeFile recipe, RecordedTar tar, string layer) : ReadOnlyStream
{
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
