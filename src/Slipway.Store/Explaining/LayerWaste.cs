namespace Slipway.Store.Explaining;

/// <summary>What new layers make others carry for nothing.</summary>
/// <param name="StoredBytes">Bytes of all layers, those below too.</param>
/// <param name="HiddenBytes">Of those, in files that a new layer removes or replaces.</param>
/// <param name="DoubledBytes">Of those, in files that a new layer has again with another mode or owner: what chmod and chown do in a step of their own.</param>
public sealed record LayerWaste(long StoredBytes, long HiddenBytes, long DoubledBytes)
{
    private const long Much = 10_000_000, Little = 1_000_000, Share = 10;

    /// <summary>Whether a person should hear of it: ten megabytes are some seconds of a pull, and so is a tenth of the image, but below a megabyte nobody waits for it.</summary>
    public bool IsWorthALine => WastedBytes >= Much || (WastedBytes >= Little && WastedBytes * Share >= StoredBytes);

    private long WastedBytes => HiddenBytes + DoubledBytes;
}
