namespace Slipway.Build.Context;

/// <summary>
/// The contexts of a build that somebody else has: their files come when a step wants them, and only those that steps name. Called from the build's
/// threads, one call after another for one context.
/// </summary>
public interface IContextFiles
{
    /// <summary>Brings the Dockerfile and its ignore rules to where the request says that they are.</summary>
    /// <param name="report">Hears of what comes: its name, bytes until now, whether that is all.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="Oci.SlipwayException">NotFound: there is no Dockerfile; or what the one who has it says.</exception>
    void BringDefinition(Action<string, long, bool> report, CancellationToken ct);

    /// <summary>Brings a named context's own ignore rules into its directory; there need be none.</summary>
    void BringRules(string context, CancellationToken ct);

    /// <summary>Brings a context's files into its directory; what is there and doesn't belong there goes.</summary>
    /// <param name="context">Its name; empty for the build's own.</param>
    /// <param name="paths">What is wanted of it, with what links there lead to; may have wildcards; null: everything.</param>
    /// <param name="excludes">Patterns of what is not wanted, as an ignore file has them. To bring that too is a waste, not an error.</param>
    /// <param name="report">As for <see cref="BringDefinition"/>.</param>
    /// <param name="ct">Ends it.</param>
    void Bring(string context, IReadOnlyList<string>? paths, IReadOnlyList<string> excludes, Action<string, long, bool> report, CancellationToken ct);
}
