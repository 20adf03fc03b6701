using Slipway.Build.Dockerfile;
using Slipway.Build.Lint;
using Slipway.Build.Solving;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;

namespace Slipway.Build.Graph;

/// <summary>Finds the image that a name in the Dockerfile means: a named context's, or one of the store's or a registry's; each once.</summary>
internal sealed class ImageResolver(ParsedDockerfile file, GraphOptions options, IImageSource images, StageMap map)
{
    private readonly Dictionary<(string, Platform), ImageRecord> _found = [];

    /// <summary>The context of that name, and the name as the caller gave it. Names of images match in short and in full.</summary>
    public (string Name, NamedContext Context)? FindContext(string name)
    {
        if (name.ToLowerInvariant() is "scratch" or "context")
            return null;
        string? full = Reference.TryParse(name, out Reference? reference) ? reference.ToString() : null;
        foreach ((string key, NamedContext context) in options.Contexts)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase) || (full is not null && Reference.TryParse(key, out Reference? other) && other.ToString() == full))
                return (key, context);
        }
        return null;
    }

    /// <summary>An image's name with its registry and tag; null where the name stands for something else.</summary>
    public string? FullNameOf(string name) => FindContext(name) is null && Reference.TryParse(name, out Reference? reference) ? reference.ToString() : null;

    /// <summary>The image.</summary>
    /// <param name="instruction">Who names it.</param>
    /// <param name="name">As written.</param>
    /// <param name="platform">What it shall be for.</param>
    /// <param name="isImplicit">Nobody asked for that platform: one for another will do.</param>
    /// <param name="stage">The stage, whose predecessors a misspelt name may have meant.</param>
    /// <exception cref="DockerfileException">NotFound: nobody has it; InvalidArgument: not a name; and what its registry says.</exception>
    public ImageRecord Get(Instruction instruction, string name, Platform platform, bool isImplicit, int stage)
    {
        if (_found.TryGetValue((name, platform), out ImageRecord? known))
            return known;
        ImageRecord image = Find(instruction, name, platform, stage);
        var own = new Platform { OS = image.Config.OS, Architecture = image.Config.Architecture, Variant = image.Config.Variant };
        if (platform.Score(own) == 0)
        {
            if (!isImplicit)
                throw file.Source.Error(instruction.Lines, $"image '{Printable.Escape(name)}' is for {own}, not for {platform}", ErrorKind.NotFound);
            file.Linter.Report(StageRules.InvalidBaseImagePlatform, instruction.Node, name, platform.ToString(), own.ToString());
        }
        return _found[(name, platform)] = image;
    }

    private ImageRecord Find(Instruction instruction, string name, Platform platform, int stage)
    {
        try
        {
            return FindContext(name) switch
            {
                (_, ImageContext image) => images.Find(image.Name, platform),
                (_, LayoutContext layout) => images.FindLayout(layout, platform),
                // As with docker's classic builder: clients build upon what they have just made, which has no name yet.
                _ => images.FindById(name) is { } image ? image
                    : Reference.TryParse(name, out Reference? reference) ? images.Find(reference, platform)
                    : throw file.Source.Error(instruction.Lines, $"failed to parse stage name \"{Printable.Escape(name)}\": invalid reference format"),
            } ?? throw file.Source.Error(instruction.Lines, $"no such image: {Printable.Escape(name)}{Suggestion.For(name, map.NamesBefore(stage))}", ErrorKind.NotFound);
        }
        catch (SlipwayException e) when (e is not DockerfileException)
        {
            throw file.Source.Error(instruction.Lines, e.Message + Suggestion.For(name, map.NamesBefore(stage)), e.Kind, e);
        }
    }
}
