namespace Slipway.Engine.Doctoring;

/// <summary>How much a finding matters.</summary>
public enum FindingLevel
{
    /// <summary>Good to know.</summary>
    Note,

    /// <summary>Data will be lost, or others can reach what they should not, unless something is done.</summary>
    Warning,
}

/// <summary>Something about a container that its owner will wish to have known.</summary>
/// <param name="Rule">Its name, for programs: <c>durable-data</c>.</param>
/// <param name="Level">How much it matters.</param>
/// <param name="What">One line, without the container's name.</param>
/// <param name="Fix">The command that mends it.</param>
public sealed record DoctorFinding(string Rule, FindingLevel Level, string What, string Fix);

/// <summary>What was found of one container.</summary>
/// <param name="Name">The container.</param>
/// <param name="Findings">The worst first.</param>
public sealed record Diagnosis(string Name, IReadOnlyList<DoctorFinding> Findings);
