namespace Slipway.Runtime;

/// <summary>Versions of the OCI runtime specification.</summary>
public static class RuntimeVersion
{
    /// <summary>The one that is followed.</summary>
    public const string Specification = "1.2.1";

    /// <summary>The oldest that a config.json may name.</summary>
    public const string OldestSpecification = "1.0.0";
}
