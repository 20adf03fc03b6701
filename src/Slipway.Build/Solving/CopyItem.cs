using Slipway.Build.Context;

namespace Slipway.Build.Solving;

/// <summary>One thing that a COPY or ADD writes: files that were found, in a tree.</summary>
/// <param name="Tree">Where they are.</param>
/// <param name="Source">Which.</param>
/// <param name="Unpack">An archive becomes what it holds.</param>
internal sealed record CopyItem(SourceTree Tree, SelectedSource Source, bool Unpack);
