using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;

namespace Slipway.Engine.Containers;

/// <summary>What a container runs.</summary>
public static class ContainerCommand
{
    /// <summary>As a line for lists, where docker puts quotes around an argument with a space in it; empty where the image is gone.</summary>
    public static string LineOf(ContainerRequest request, ImageRecord? image) =>
        image is null ? "" : string.Join(' ', Of(request, image).Select((word, i) => i > 0 && word.Contains(' ', StringComparison.Ordinal) ? $"'{word}'" : word));

    /// <summary>Entry point and command together, by docker's rule: a new entry point drops the image's command.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: neither the image nor the request names one.</exception>
    public static IReadOnlyList<string> Of(ContainerRequest request, ImageRecord image)
    {
        ExecutionConfig? defaults = image.Config.Config;
        IReadOnlyList<string> entrypoint = request.Entrypoint ?? defaults?.Entrypoint ?? [];
        IReadOnlyList<string> command = request.Command ?? (request.Entrypoint is null ? defaults?.Cmd : null) ?? [];
        return entrypoint.Count + command.Count > 0
            ? [.. entrypoint, .. command]
            : throw new SlipwayException(ErrorKind.InvalidArgument, "no command specified");
    }
}
