namespace Slipway.Engine.Containers;

/// <summary>What an image of a container is to be.</summary>
public sealed record CommitRequest
{
    /// <summary>Its name; null leaves it without one.</summary>
    public string? Name { get; init; }

    /// <summary>For its history.</summary>
    public string? Message { get; init; }

    /// <summary>Who made it; null: as its image says.</summary>
    public string? Author { get; init; }

    /// <summary>Who commits it, for its record; null: the user of this process.</summary>
    public string? By { get; init; }

    /// <summary>Keep a running container still meanwhile, so that its files fit together.</summary>
    public bool Pause { get; init; } = true;

    /// <summary>Instructions of a Dockerfile that change its configuration: <c>CMD ["sh"]</c>.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];
}
