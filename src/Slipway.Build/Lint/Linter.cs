using Slipway.Build.Dockerfile;

namespace Slipway.Build.Lint;

/// <summary>Takes the findings of one Dockerfile, from the parser on; what the directive skips is not kept.</summary>
internal sealed class Linter(string fileName, LintSettings settings)
{
    private const string Directive = "check";
    private readonly List<DockerfileWarning> _findings = [];
    private readonly HashSet<DockerfileWarning> _known = [];

    /// <summary>In the order of finding, each once.</summary>
    public IReadOnlyList<DockerfileWarning> Findings => _findings;

    /// <summary>Whether the build must fail.</summary>
    public bool IsFatal => settings.IsError && _findings.Count > 0;

    /// <summary>Finds something at certain lines.</summary>
    public void Report(LintRule rule, LineRange lines, params ReadOnlySpan<string> details) => Report(rule, settings, lines, details);

    /// <summary>Finds something at an instruction, which may have a directive right above it.</summary>
    public void Report(LintRule rule, InstructionNode node, params ReadOnlySpan<string> details) => Report(rule, SettingsOf(node), node.Lines, details);

    private void Report(LintRule rule, LintSettings wanted, LineRange lines, ReadOnlySpan<string> details)
    {
        if (!wanted.Wants(rule))
            return;
        var finding = new DockerfileWarning(rule.Name, rule.Say(details), fileName, lines) { Description = rule.Description };
        if (_known.Add(finding))
            _findings.Add(finding);
    }

    private LintSettings SettingsOf(InstructionNode node)
    {
        foreach (string comment in node.Comments)
        {
            int equals = comment.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || comment[..equals].Trim() != Directive)
                continue;
            try
            {
                return settings.With(LintSettings.Parse(comment[(equals + 1)..].Trim().Split(' ')[0]));
            }
            catch (FormatException)
            {
                return settings;
            }
        }
        return settings;
    }
}
