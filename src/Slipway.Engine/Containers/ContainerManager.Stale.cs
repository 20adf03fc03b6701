using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>Whether the name that a container was made from points at another image by now. One that was made from an id is never stale.</summary>
    public bool IsStale(ContainerRecord record) => ImageOfName(record) is { } now && now.Id != record.ImageId;

    private ImageRecord? ImageOfName(ContainerRecord record)
    {
        try
        {
            return _context.Store.Images.Find(record.Request.Image);
        }
        catch (SlipwayException e) when (e.Kind is ErrorKind.InvalidArgument)
        {
            return null; // the beginning of an id that others have by now
        }
    }
}
