namespace Slipway.Store.Explaining.Packages;

/// <summary>A package that a file belongs to.</summary>
/// <param name="Name">Its name: <c>libssl3:amd64</c>. The image's word, as the version is: not fit for a terminal as they are.</param>
/// <param name="Version">Its version; null where the database doesn't tell.</param>
/// <param name="Manager">Whose database says so: <c>dpkg</c>, <c>apk</c>, <c>rpm</c>.</param>
public sealed record Package(string Name, string? Version, string Manager);

/// <summary>What an image's databases say of a file.</summary>
/// <param name="Found">The packages that have it; several where they share a directory.</param>
/// <param name="Notes">Databases that are there and could not be read, with the reason.</param>
public sealed record PackageAnswer(IReadOnlyList<Package> Found, IReadOnlyList<string> Notes);
