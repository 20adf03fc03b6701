using Slipway.Build.Dockerfile;
using Slipway.Build.Graph;
using Slipway.Build.Solving;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;

namespace Slipway.Build;

/// <summary>Instructions of a Dockerfile that change an image's configuration alone, as <c>import --change</c> and <c>commit --change</c> take them.</summary>
public static class ConfigChanges
{
    // What docker accepts there.
    private static readonly string[] s_keywords = ["CMD", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "ONBUILD", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"];

    private const string Path = "PATH=";

    /// <summary>The configuration after these instructions; layers and history are left as they are.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: an instruction of another kind, or one that is wrong.</exception>
    public static ImageConfig Apply(ImageConfig image, IReadOnlyList<string> changes)
    {
        if (changes.Count == 0)
            return image;
        var source = new DockerfileSource("--change", string.Join('\n', changes.Prepend("FROM image")));
        var platform = new Platform { OS = image.OS, Architecture = image.Architecture, Variant = image.Variant };
        ParsedDockerfile parsed = InstructionParser.Parse(SyntaxParser.Parse(source));
        if (parsed.Stages.Count != 1)
            throw Refused("FROM");
        if (parsed.Stages[0].Body.FirstOrDefault(i => !s_keywords.Contains(i.Node.Keyword)) is { } other)
            throw Refused(other.Node.Keyword);
        // As a base, its triggers are for others, and a PATH that it doesn't name is the step's, not its own.
        ExecutionConfig before = image.Config ?? new();
        ImageConfig plain = image with { Config = before with { OnBuild = null } };
        ExecutionConfig after = GraphBuilder.Build(parsed, new GraphOptions { Platform = platform }, new OneImage(plain)).Image.Config ?? new();
        bool namesPath = HasPath(before.Env) || changes.Any(c => c.Contains("PATH", StringComparison.Ordinal));
        return image with
        {
            Config = after with
            {
                Env = namesPath ? after.Env : after.Env?.Where(e => !e.StartsWith(Path, StringComparison.Ordinal)).ToList() is { Count: > 0 } env ? env : null,
                OnBuild = (before.OnBuild ?? []).Concat(after.OnBuild ?? []).ToList() is { Count: > 0 } triggers ? triggers : null,
            },
        };
    }

    private static bool HasPath(IReadOnlyList<string>? env) => env?.Any(e => e.StartsWith(Path, StringComparison.Ordinal)) ?? false;

    private static SlipwayException Refused(string keyword) =>
        new(ErrorKind.InvalidArgument, $"{keyword.ToLowerInvariant()} is not a valid change command") { Hint = $"valid are {string.Join(", ", s_keywords)}" };

    private sealed class OneImage(ImageConfig image) : IImageSource
    {
        public ImageRecord? Find(Reference name, Platform platform) => ImageRecord.OfConfig(image);

        public ImageRecord? FindById(string text) => null;

        public ImageRecord? FindLayout(LayoutContext layout, Platform platform) => null;
    }
}
