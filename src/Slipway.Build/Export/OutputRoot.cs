using Slipway.Linux.Files;

namespace Slipway.Build.Export;

/// <summary>Files that go to an output.</summary>
/// <param name="Folder">The directory that they are in there; empty: they are all that there is.</param>
/// <param name="Open">Opens their root.</param>
internal sealed record OutputRoot(string Folder, Func<DirFd> Open);
