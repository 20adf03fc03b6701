using Slipway.Api.Wire;
using Slipway.Engine;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;

namespace Slipway.Api.Routes;

/// <summary>The <c>platform</c> parameter, where something that is here has to be for it.</summary>
internal static class PlatformCheck
{
    /// <exception cref="SlipwayException">NotFound: the image is for another.</exception>
    public static void Require(SlipwayEngine engine, string image, string? text)
    {
        if (Read(text) is not { } platform)
            return;
        ImageRecord found = engine.Images.Get(image);
        if (found.Config.OS != platform.OS || found.Config.Architecture != platform.Architecture)
        {
            throw new SlipwayException(ErrorKind.NotFound,
                $"image with reference {Linux.Printable.Escape(image)} was found but its platform ({found.Config.OS}/{found.Config.Architecture}) does not match the specified platform ({platform.OS}/{platform.Architecture})");
        }
    }

    /// <summary>Reads <c>linux/amd64</c>, or the JSON that newer clients send; null where nothing is asked for.</summary>
    public static Platform? Read(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (!text.StartsWith('{'))
            return Platform.Parse(text);
        JsonInput json = JsonBody.Parse(System.Text.Encoding.UTF8.GetBytes(text));
        return Platform.Parse(string.Join('/', ((string?[])[json.Text("os"), json.Text("architecture"), json.Text("variant")]).OfType<string>()));
    }
}
