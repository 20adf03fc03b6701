using System.Globalization;

namespace Slipway.Build.Lint;

/// <summary>One thing that works but is better written another way.</summary>
/// <param name="Name">As <c># check=skip=</c> names it; those of Docker's build checks have their names.</param>
/// <param name="Description">What the rule wants, in general.</param>
/// <param name="Format">What was found; <c>{0}</c> and so on are told by whoever finds it.</param>
internal sealed record LintRule(string Name, string Description, string Format)
{
    /// <summary>Silent unless <c># check=experimental=</c> asks for it.</summary>
    public bool IsExperimental { get; init; }

    /// <summary>The finding's sentence.</summary>
    public string Say(params ReadOnlySpan<string> details) => string.Format(CultureInfo.InvariantCulture, Format, details!);
}
