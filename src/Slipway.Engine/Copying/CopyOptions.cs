namespace Slipway.Engine.Copying;

/// <summary>How <c>cp</c> copies.</summary>
public sealed record CopyOptions
{
    /// <summary>Keep uid and gid; else what is copied belongs to root.</summary>
    public bool KeepOwners { get; init; }

    /// <summary>Of an archive that is copied in: what comes belongs to the container's own user, whatever the archive says.</summary>
    public bool OwnedByUser { get; init; }

    /// <summary>Of an archive that is copied in: what is in it may take the place of a directory, with all that is there, or a directory the place of something else. Without it, that is refused.</summary>
    public bool ReplacesDirectories { get; init; }

    /// <summary>Where the source's last name is a link, what it leads to is copied.</summary>
    public bool FollowLink { get; init; }
}
