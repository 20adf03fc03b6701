using System.Net;
using Slipway.Oci;
using Slipway.Registry;

namespace Slipway.Engine.Images.Pushing;

/// <summary>Why an image can't be pushed, in the words that docker's users know.</summary>
internal static class PushError
{
    public static SlipwayException Of(Reference name, SlipwayException error) => error switch
    {
        RegistryException { Status: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } denied =>
            new RegistryException(ErrorKind.Denied, $"push access denied for {name.FamiliarRepository}: {denied.Words ?? denied.Message}", denied.Status, denied.Code, denied)
            {
                Hint = denied.Hint ?? $"log in with 'slip login{(name.Host == "docker.io" ? "" : " " + name.Host)}', and see that the repository is yours to write to",
            },
        _ => new SlipwayException(error.Kind, $"push {name.Familiar}: {error.Message}", error) { Hint = error.Hint },
    };
}
