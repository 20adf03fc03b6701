namespace Slipway.Engine.Volumes;

/// <summary>A directory of the engine that outlives containers.</summary>
/// <param name="Name">Unique in the store.</param>
/// <param name="Mountpoint">Where its content is on the host.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Labels">What its owner noted; of an anonymous one also <see cref="AnonymousLabel"/>.</param>
/// <param name="Anonymous">Made for one container, without a name of the user's.</param>
/// <param name="Options">What its driver mounts instead of the directory: <c>type</c>, <c>device</c>, <c>o</c>; nothing mostly.</param>
public sealed record VolumeRecord(
    string Name, string Mountpoint, DateTimeOffset Created, IReadOnlyDictionary<string, string> Labels, bool Anonymous, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>What docker's clients know an anonymous volume by.</summary>
    public const string AnonymousLabel = "com.docker.volume.anonymous";
}
