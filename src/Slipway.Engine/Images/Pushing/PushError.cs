using System.Net;
using Slipway.Oci;
using Slipway.Registry;

namespace Slipway.Engine.Images.Pushing;

/// <summary>Why an image can't be pushed, in the words that docker's users know.</summary>
internal static class PushError
{
    /// <param name="name">What was to be pushed.</param>
    /// <param name="error">What happened.</param>
    /// <param name="login">The command by which the reader logs in.</param>
    public static SlipwayException Of(Reference name, SlipwayException error, string login) => error switch
    {
        // As a pull says it: these words, at the end, are what scripts look for before they log in.
        RegistryException { Status: HttpStatusCode.Unauthorized, Words: "no basic auth credentials" and var asked } unknown =>
            new RegistryException(ErrorKind.Denied, $"push access denied for {name.FamiliarRepository}, it requires '{LoginTo(name, login)}': {asked}", unknown.Status, unknown.Code, unknown),
        RegistryException { Status: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } denied =>
            new RegistryException(ErrorKind.Denied, $"push access denied for {name.FamiliarRepository}: {denied.Words ?? denied.Message}", denied.Status, denied.Code, denied)
            {
                Hint = denied.Hint ?? $"log in with '{LoginTo(name, login)}', and see that the repository is yours to write to",
            },
        RegistryException { Words: { } words } said => new RegistryException(said.Kind, $"push {name.Familiar}: {said.Message}", said.Status, said.Code, said) { Words = words, Hint = said.Hint },
        _ => new SlipwayException(error.Kind, $"push {name.Familiar}: {error.Message}", error) { Hint = error.Hint },
    };

    private static string LoginTo(Reference name, string login) => name.Host == "docker.io" ? login : $"{login} {name.Host}";
}
