using Slipway.Build.Graph;

namespace Slipway.Build.Solving;

/// <summary>A graph and the result of each of its steps.</summary>
internal sealed record SolvedGraph(BuildGraph Graph, IReadOnlyDictionary<Vertex, StepResult> Results);
