using Slipway.Build.Progress;
using Slipway.Oci.Image;

namespace Slipway.Build.Graph;

/// <summary>What a Dockerfile comes to for one platform.</summary>
/// <param name="Options">What it was read with.</param>
/// <param name="Graph">Its steps.</param>
/// <param name="Outline">It, for people.</param>
internal sealed record PlatformBuild(GraphOptions Options, BuildGraph Graph, BuildOutline Outline)
{
    public Platform Platform => Options.Platform;

    /// <summary>The directory of its files where there are several, as BuildKit calls it: <c>linux_arm_v7</c>.</summary>
    public string Folder => Platform.ToString().Replace('/', '_');
}
