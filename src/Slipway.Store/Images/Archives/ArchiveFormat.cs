namespace Slipway.Store.Images.Archives;

/// <summary>What <see cref="ImageArchives.Save"/> writes.</summary>
public enum ArchiveFormat
{
    /// <summary>One tar that is an OCI layout and a Docker archive at once, as Docker 25 and later write it.</summary>
    Both,

    /// <summary>An OCI image layout alone.</summary>
    Oci,

    /// <summary>A Docker archive alone (manifest.json).</summary>
    Docker,
}
