using Slipway.Build.Dockerfile;
using Slipway.Oci;

namespace Slipway.Build.Graph;

/// <summary>One step of the graph: an operation on the results of other steps. Its id is the digest of both, so that equal steps are one.</summary>
internal sealed class Vertex
{
    public Vertex(Operation operation, IReadOnlyList<Vertex> inputs, VertexPlace place)
    {
        Operation = operation;
        Inputs = inputs;
        Place = place;
        var ingredients = new Ingredients();
        operation.Describe(ingredients);
        Id = ingredients.AddAll("input", inputs.Select(input => input.Id.ToString())).Digest;
    }

    public Operation Operation { get; }

    /// <summary>Input 0 is what the step stands on; there may be a second one that it reads.</summary>
    public IReadOnlyList<Vertex> Inputs { get; }

    /// <summary>Where it came up first.</summary>
    public VertexPlace Place { get; }

    public Digest Id { get; }
}

/// <summary>Where in the Dockerfile a step stands, for people.</summary>
/// <param name="Lines">Its lines.</param>
/// <param name="Stage">The stage's name or number.</param>
/// <param name="Index">Place in the stage, from 1.</param>
/// <param name="Title">The instruction, variables expanded.</param>
internal sealed record VertexPlace(LineRange Lines, string Stage, int Index, string Title)
{
    /// <summary>The whole name of the image that it begins with; null where it is no image, or has another name.</summary>
    public string? Image { get; init; }
}
