namespace Slipway.Build.Lint;

/// <summary>What Docker's checks don't look for: data that would be lost, secrets that would stay, bytes that nobody needs.</summary>
internal static class OwnRules
{
    public static readonly LintRule DurableDataUndeclared = new(
        "DurableDataUndeclared", "data that shall outlive a container belongs into a VOLUME",
        "{0} is where {1} keeps its data, and no VOLUME covers it: it goes with the container");

    public static readonly LintRule TriggerUnknown = new(
        "TriggerUnknown", "an ONBUILD whose text is no instruction makes every image that is built on this one fail",
        "ONBUILD {0}: unknown instruction{1}: what is built on this image will fail there");

    public static readonly LintRule SecretFileCopied = new(
        "SecretFileCopied", "a file that is copied stays in its layer even when a later step removes it: secrets belong into RUN --mount=type=secret",
        "'{0}' looks like {1}: it would stay in the image");

    public static readonly LintRule SeveralSourcesOneName = new(
        "SeveralSourcesOneName", "with several sources the destination should be a directory, written with a / at its end",
        "{0} of several sources to '{1}': unless that is a directory, each takes the place of the one before");

    public static readonly LintRule PackageCacheLeft = new(
        "PackageCacheLeft", "what a package manager fetched stays in the layer unless the same RUN removes it, or a cache mount takes it",
        "{0} leaves its downloads in the layer: {1}");
}
