using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output.Transfers;
using Slipway.Engine;
using Slipway.Engine.Images.Pulling;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;

namespace Slipway.Cli.Commands;

/// <summary>The flags that say where the image of a new container may come from.</summary>
internal sealed class ImageOptions
{
    private readonly Option<string?> _pull = new("--pull") { Description = "Pull the image: missing, always or never (default missing)" };
    private readonly Option<string?> _platform = new("--platform") { Description = "Of an image for several platforms, this one", HelpName = "string" };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Pull without saying how it goes" };

    public ImageOptions(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_pull, _platform, _quiet])
            command.Options.Add(option);
    }

    /// <summary>Does something with an image. The usual case, that it is here, looks for it once.</summary>
    public T WithImage<T>(SlipwayEngine engine, ParseResult line, string image, Func<T> work)
    {
        string when = line.GetValue(_pull) ?? "missing";
        if (when is not ("missing" or "always" or "never"))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid pull option: '{when}': must be one of \"always\", \"missing\" or \"never\"");
        Platform? platform = line.GetValue(_platform) is { } text ? Platform.Parse(text) : null;
        if (when == "always")
        {
            Pull(engine, line, Reference.Parse(image), platform);
            return work();
        }
        if (platform is not null && engine.Images.Find(image) is { } present && !IsFor(present, platform))
        {
            if (when == "never")
                throw new SlipwayException(ErrorKind.NotFound, $"image with reference {image} was found but does not match the specified platform: wanted {platform}, actual: {present.Config.OS}/{present.Config.Architecture}");
            Pull(engine, line, Reference.Parse(image), platform);
        }
        try
        {
            return work();
        }
        catch (SlipwayException e) when (e.Kind == ErrorKind.NotFound && when == "missing" && engine.Images.Find(image) is null && IsPullable(image))
        {
            Reference name = Reference.Parse(image);
            Console.Error.WriteLine($"Unable to find image '{name.Familiar}' locally");
            Pull(engine, line, name, platform);
            return work();
        }
    }

    private void Pull(SlipwayEngine engine, ParseResult line, Reference name, Platform? platform) =>
        engine.Images.PullAsync(new PullRequest(name) { Platform = platform }, line.GetValue(_quiet) ? new QuietPull() : PullPrinter.ToErrors(), Interrupt.Token).GetAwaiter().GetResult();

    private static bool IsFor(ImageRecord image, Platform platform) =>
        platform.Score(new Platform { OS = image.Config.OS, Architecture = image.Config.Architecture, Variant = image.Config.Variant }) > 0;

    // An id names what is here or nothing.
    private static bool IsPullable(string image) => Reference.TryParse(image, out _) && !Digest.TryParseHex(image, out _);
}
