namespace Slipway.Engine.Registries;

/// <summary>Where what is known of registries lies. Later places win over earlier ones.</summary>
/// <param name="ConfigFiles">Ours: mirrors, insecure registries.</param>
/// <param name="CertificateDirectories">In Docker's <c>certs.d</c> layout.</param>
/// <param name="CredentialFile">Docker's config.json, which is ours too.</param>
internal sealed record RegistryPlaces(IReadOnlyList<string> ConfigFiles, IReadOnlyList<string> CertificateDirectories, string CredentialFile)
{
    /// <summary>As docker and the XDG specification have them; DOCKER_CONFIG and XDG_CONFIG_HOME choose others.</summary>
    public static RegistryPlaces FromEnvironment()
    {
        string home = Of("HOME") ?? "/";
        string config = Of("XDG_CONFIG_HOME") ?? Path.Combine(home, ".config");
        return new(
            ["/etc/slipway/config.json", Path.Combine(config, "slipway/config.json")],
            ["/etc/docker/certs.d", Path.Combine(config, "docker/certs.d"), "/etc/slipway/certs.d", Path.Combine(config, "slipway/certs.d")],
            Path.Combine(Of("DOCKER_CONFIG") ?? Path.Combine(home, ".docker"), "config.json"));
    }

    private static string? Of(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
