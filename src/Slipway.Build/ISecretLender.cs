namespace Slipway.Build;

/// <summary>Somebody who has secrets and SSH agents, and is asked when a step wants one: what there is isn't known before.</summary>
public interface ISecretLender
{
    /// <summary>A secret's value, at most <see cref="BuildSecret.MaxBytes"/>; null where there is none of that id.</summary>
    ReadOnlyMemory<byte>? FindSecret(string id);

    /// <summary>The path of a socket behind which the agent answers for as long as the build runs; null where there is none of that id.</summary>
    string? FindAgent(string id);
}
