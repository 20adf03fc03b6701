using Slipway.Oci;

namespace Slipway.Store.Images.Archives;

/// <summary>Names that an archive asks for: tags only, since a digest is not the archive's to give.</summary>
internal static class ArchivedName
{
    /// <exception cref="SlipwayException">InvalidArgument: not a name with a tag.</exception>
    public static Reference Parse(string text)
    {
        Reference name = Reference.Parse(text);
        return name.Digest is null ? name : name.Tag is { } tag ? name.WithTag(tag)
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid reference format: '{name.Familiar}' in the archive has no tag");
    }
}
