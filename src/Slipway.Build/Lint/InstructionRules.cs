namespace Slipway.Build.Lint;

/// <summary>About how instructions are written.</summary>
internal static class InstructionRules
{
    public static readonly LintRule NoEmptyContinuation = new(
        "NoEmptyContinuation", "empty lines in a continued instruction will be an error one day", "empty line in a continued instruction");

    public static readonly LintRule ConsistentInstructionCasing = new(
        "ConsistentInstructionCasing", "all instructions should be spelt in the same case", "'{0}' should be {1}, as most instructions here are");

    public static readonly LintRule JSONArgsRecommended = new(
        "JSONArgsRecommended", "in shell form the shell gets the container's signals, not the program", "{0} should be a JSON array, so that signals reach the program");

    public static readonly LintRule MaintainerDeprecated = new(
        "MaintainerDeprecated", "a label says who made an image", "MAINTAINER is deprecated: use LABEL org.opencontainers.image.authors=…");

    public static readonly LintRule WorkdirRelativePath = new(
        "WorkdirRelativePath", "a relative WORKDIR depends on the base image's", "relative WORKDIR '{0}' leads elsewhere when the base image changes");

    public static readonly LintRule MultipleInstructionsDisallowed = new(
        "MultipleInstructionsDisallowed", "only the last CMD, ENTRYPOINT or HEALTHCHECK of a stage counts", "this {0} counts for nothing: a later one in the stage replaces it");

    public static readonly LintRule CopyIgnoredFile = new(
        "CopyIgnoredFile", "what .dockerignore leaves out can't be copied", "{0} of '{1}', which .dockerignore leaves out");

    public static readonly LintRule ExposeProtoCasing = new(
        "ExposeProtoCasing", "EXPOSE's protocol should be lower-case", "protocol of '{0}' should be lower-case");

    public static readonly LintRule ExposeInvalidFormat = new(
        "ExposeInvalidFormat", "EXPOSE names the container's port only", "EXPOSE '{0}' names an address or a host's port, which means nothing here");
}
