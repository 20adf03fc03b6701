namespace Slipway.Engine.Copying;

/// <summary>How <c>cp</c> copies.</summary>
public sealed record CopyOptions
{
    /// <summary>Keep uid and gid; else what is copied belongs to root.</summary>
    public bool KeepOwners { get; init; }

    /// <summary>Where the source's last name is a link, what it leads to is copied.</summary>
    public bool FollowLink { get; init; }
}
