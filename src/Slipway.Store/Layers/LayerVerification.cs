using Slipway.Store.Checking;

namespace Slipway.Store.Layers;

/// <summary>What a layer's tree came to when it was held against its blob.</summary>
/// <param name="Differences">Nothing where all is well; one of <c>/</c> where the layer is not there or its record is damaged.</param>
/// <param name="IsReplaced">Whether a whole tree is in place now.</param>
public sealed record LayerVerification(IReadOnlyList<TreeDifference> Differences, bool IsReplaced);
