using Slipway.Oci;

namespace Slipway.Api.Routes;

/// <summary>The name of an image from what the API has twice: the name itself, which may end in a tag, and a tag by itself, which then takes its place.</summary>
internal static class TaggedName
{
    /// <param name="name">A repository, or a whole name.</param>
    /// <param name="tag">A tag, or a digest; null or empty where the name is all.</param>
    /// <exception cref="SlipwayException">InvalidArgument: the name is none.</exception>
    public static string Of(string name, string? tag)
    {
        if (string.IsNullOrEmpty(tag))
            return name;
        string repository = Reference.Parse(name) is { Digest: null } parsed ? parsed.FamiliarRepository : name;
        return tag.Contains(':', StringComparison.Ordinal) ? $"{repository}@{tag}" : $"{repository}:{tag}";
    }
}
