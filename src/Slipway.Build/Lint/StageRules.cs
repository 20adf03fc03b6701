namespace Slipway.Build.Lint;

/// <summary>About FROM and the names of stages.</summary>
internal static class StageRules
{
    public static readonly LintRule StageNameCasing = new(
        "StageNameCasing", "stage names should be lower-case", "stage name '{0}' should be lower-case");

    public static readonly LintRule FromAsCasing = new(
        "FromAsCasing", "FROM and AS should be spelt in the same case", "'{1}' and '{0}' are not in the same case");

    public static readonly LintRule DuplicateStageName = new(
        "DuplicateStageName", "each stage should have a name of its own", "stage name '{0}' is taken by an earlier stage");

    public static readonly LintRule ReservedStageName = new(
        "ReservedStageName", "'scratch' and 'context' mean something else", "stage name should not be the reserved word '{0}'");

    public static readonly LintRule UndefinedArgInFrom = new(
        "UndefinedArgInFrom", "FROM can only use ARGs declared before the first FROM", "FROM uses '{0}', which no ARG declares{1}");

    public static readonly LintRule InvalidDefaultArgInFrom = new(
        "InvalidDefaultArgInFrom", "without build arguments FROM should still name an image", "with the ARGs' defaults, '{0}' is no image name");

    public static readonly LintRule RedundantTargetPlatform = new(
        "RedundantTargetPlatform", "the target's platform is FROM's default", "--platform={0} says what FROM does anyway");

    public static readonly LintRule FromPlatformFlagConstDisallowed = new(
        "FromPlatformFlagConstDisallowed", "a fixed --platform keeps the Dockerfile from being built for others", "--platform of FROM is always '{0}'");

    public static readonly LintRule InvalidBaseImagePlatform = new(
        "InvalidBaseImagePlatform", "the base image should be for the platform that is built", "base image {0} is for {2}, not for {1}");

    public static readonly LintRule InvalidDefinitionDescription = new(
        "InvalidDefinitionDescription", "a comment right above an ARG or a named stage describes it, and begins with its name",
        "the comment above {0} should begin with '{1}'") { IsExperimental = true };
}
