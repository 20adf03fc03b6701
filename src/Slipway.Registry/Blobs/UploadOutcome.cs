namespace Slipway.Registry.Blobs;

/// <summary>How a blob came to be in a repository.</summary>
public enum UploadOutcome
{
    /// <summary>It was there.</summary>
    Existed,

    /// <summary>The registry had it in another repository and shows it here too: no bytes went over the line.</summary>
    Mounted,

    /// <summary>Its bytes were sent.</summary>
    Uploaded,
}
