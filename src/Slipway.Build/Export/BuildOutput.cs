using Slipway.Oci;
using Slipway.Store.Images.Archives;

namespace Slipway.Build.Export;

/// <summary>Where a build's result goes.</summary>
public abstract record BuildOutput;

/// <summary>An image in the store.</summary>
/// <param name="Names">Further names for it, besides those of the request.</param>
/// <param name="Push">Whether it goes to the registries of its names too.</param>
public sealed record ImageOutput(IReadOnlyList<Reference> Names, bool Push) : BuildOutput;

/// <summary>An image as an archive; the store doesn't have it unless something else asks for that.</summary>
/// <param name="Path">The file; null: standard output.</param>
/// <param name="Format">Whose archive.</param>
/// <param name="Names">Names for it in the archive, besides those of the request.</param>
public sealed record ArchiveOutput(string? Path, ArchiveFormat Format, IReadOnlyList<Reference> Names) : BuildOutput;

/// <summary>The files of the result in a directory: what is there and is not of the result stays.</summary>
/// <param name="Path">The directory, made where it is missing.</param>
public sealed record LocalOutput(string Path) : BuildOutput;

/// <summary>The files of the result as a tar.</summary>
/// <param name="Path">The file; null: standard output.</param>
public sealed record TarOutput(string? Path) : BuildOutput;

/// <summary>Nothing but what the cache keeps.</summary>
public sealed record CacheOnlyOutput : BuildOutput;
