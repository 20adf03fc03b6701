namespace Slipway.Build.Lint;

/// <summary>About ARG, ENV and what uses them.</summary>
internal static class VariableRules
{
    public static readonly LintRule UndefinedVar = new(
        "UndefinedVar", "variables should be defined before they are used", "'${0}' is not defined here{1}");

    public static readonly LintRule LegacyKeyValueFormat = new(
        "LegacyKeyValueFormat", "name=value is clearer than name and value with a blank between", "write \"{0} key=value\" instead of \"{0} key value\"");

    public static readonly LintRule SecretsUsedInArgOrEnv = new(
        "SecretsUsedInArgOrEnv", "ARG and ENV stay in the image and its history: secrets belong into RUN --mount=type=secret",
        "{0} '{1}' looks like a secret: it would stay in the image");
}
