namespace Slipway.Engine.Images.Pulling;

/// <summary>How far a layer has come, in order.</summary>
public enum LayerStage
{
    /// <summary>Nothing has been done yet.</summary>
    Waiting,

    /// <summary>Another process fetches it.</summary>
    FetchedElsewhere,

    /// <summary>Its bytes come.</summary>
    Downloading,

    /// <summary>All of them are there, and are what their digest says.</summary>
    Downloaded,

    /// <summary>It is unpacked.</summary>
    Complete,

    /// <summary>It was there.</summary>
    Present,
}
