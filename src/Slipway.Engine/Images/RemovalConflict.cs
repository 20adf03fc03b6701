using Slipway.Engine.Containers;
using Slipway.Oci;

namespace Slipway.Engine.Images;

/// <summary>Why an image may not go, in docker's words, which scripts look for.</summary>
internal static class RemovalConflict
{
    /// <summary>A container stands on the image that would lose its last name.</summary>
    public static SlipwayException OfName(string asked, Digest image, ContainerRecord user) => new(
        ErrorKind.Conflict, $"conflict: unable to remove repository reference \"{asked}\" (must force) - container {user.ShortId} is using its referenced image {image.Short}")
    {
        Hint = HintOf(user),
    };

    /// <summary>What keeps an image that is named by its id.</summary>
    /// <exception cref="SlipwayException">Conflict.</exception>
    public static void ThrowIfAny(Digest image, IReadOnlyList<ContainerRecord> users, bool severalNames, bool force)
    {
        if (users.FirstOrDefault(u => u.IsRunning) is { } running)
            throw Of(image, "cannot be forced", $"image is being used by running container {running.ShortId}", HintOf(running));
        if (severalNames && !force)
            throw Of(image, "must be forced", "image is referenced in multiple repositories", null);
        if (users is [var stopped, ..] && !force)
            throw Of(image, "must be forced", $"image is being used by stopped container {stopped.ShortId}", HintOf(stopped));
    }

    private static SlipwayException Of(Digest image, string force, string why, string? hint) =>
        new(ErrorKind.Conflict, $"conflict: unable to delete {image.Short} ({force}) - {why}") { Hint = hint };

    private static string HintOf(ContainerRecord user) => user.IsRunning
        ? $"the container runs: 'slip rm -f {user.Name}' ends and removes it"
        : $"the container is stopped: remove it with 'slip rm {user.Name}', or see 'slip ps -a'";
}
