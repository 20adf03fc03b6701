using Slipway.Oci;

namespace Slipway.Store.Images.Archives;

/// <summary>An image that an archive describes, with all that is known before its layers are unpacked.</summary>
internal sealed record ArchivedImage(ImageDocuments Documents, IReadOnlyList<Reference> Names);
