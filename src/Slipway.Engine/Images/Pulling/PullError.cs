using System.Net;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Registry;

namespace Slipway.Engine.Images.Pulling;

/// <summary>Why an image can't be pulled, in the words that docker's users know.</summary>
internal static class PullError
{
    /// <param name="name">What was to be pulled.</param>
    /// <param name="error">What happened.</param>
    /// <param name="login">The command by which the reader logs in.</param>
    public static SlipwayException Of(Reference name, Exception error, string login) => error switch
    {
        RegistryException { Status: HttpStatusCode.NotFound, Code: "MANIFEST_UNKNOWN" or "NOT_FOUND" or null } unknown =>
            new RegistryException(ErrorKind.NotFound, $"manifest for {name.Familiar} not found: {unknown.Words ?? "manifest unknown"}", unknown.Status, unknown.Code, unknown),
        RegistryException { Status: HttpStatusCode.NotFound or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } denied =>
            new RegistryException(denied.Kind, $"pull access denied for {name.FamiliarRepository}, repository does not exist or may require '{login}': {denied.Words ?? denied.Message}", denied.Status, denied.Code, denied)
            {
                Hint = denied.Hint,
            },
        RegistryException { Words: { } words } said => new RegistryException(said.Kind, $"pull {name.Familiar}: {said.Message}", said.Status, said.Code, said) { Words = words, Hint = said.Hint },
        SlipwayException known => new SlipwayException(known.Kind, $"pull {name.Familiar}: {known.Message}", known) { Hint = known.Hint },
        _ => new SlipwayException(ErrorText.IsFull(error) ? ErrorKind.Exhausted : ErrorKind.Internal, $"pull {name.Familiar}: {ErrorText.Of(error)}", error),
    };
}
