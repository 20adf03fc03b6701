using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;

namespace Slipway.Store.Explaining;

/// <summary>A layer, and the instruction that made it.</summary>
/// <param name="Number">From 1, the lowest.</param>
/// <param name="ChainId">Its name in the store.</param>
/// <param name="DiffId">The digest of its plain tar.</param>
/// <param name="Instruction">As a Dockerfile has it: <c>RUN apt-get update</c>; null where the image doesn't tell. It is the image's word: not fit for a terminal as it is.</param>
public sealed record LayerStep(int Number, Digest ChainId, Digest DiffId, string? Instruction)
{
    /// <summary>Those of an image, the lowest first.</summary>
    public static IReadOnlyList<LayerStep> Of(ImageRecord image)
    {
        HistoryEntry[] history = [.. (image.Config.History ?? []).Where(h => h.EmptyLayer is not true)];
        var steps = new LayerStep[image.ChainIds.Count];
        for (int i = 0; i < steps.Length; i++)
        {
            string? made = i < history.Length ? history[i].CreatedBy is { Length: > 0 } by ? by : history[i].Comment : null;
            steps[i] = new(i + 1, image.ChainIds[i], image.Config.Rootfs.DiffIds[i], made is null ? null : CreatedBy.Instruction(made));
        }
        return steps;
    }
}
