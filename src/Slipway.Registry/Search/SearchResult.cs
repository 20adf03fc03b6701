namespace Slipway.Registry.Search;

/// <summary>A repository that a registry's search found. All of it is the registry's word.</summary>
/// <param name="Name">As <c>pull</c> takes it, without the registry: <c>postgres</c>.</param>
/// <param name="Description">What its owner says of it.</param>
/// <param name="Stars">How many people like it.</param>
/// <param name="IsOfficial">Docker Hub's own.</param>
public sealed record SearchResult(string Name, string Description, int Stars, bool IsOfficial);
