namespace Slipway.Registry.Auth;

/// <summary>Who somebody is to a registry: a name and a password, or an identity token that was given for them.</summary>
/// <param name="Username">Empty with an identity token.</param>
/// <param name="Password">Empty with an identity token.</param>
/// <param name="IdentityToken">Null with a password.</param>
public sealed record Credential(string Username, string Password, string? IdentityToken = null)
{
    /// <summary>Never the secret: records print all they have, and this one ends in logs.</summary>
    public override string ToString() => "credential";
}
