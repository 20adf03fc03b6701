namespace Slipway.Bench;

/// <summary>One step of an engine's way through a round.</summary>
/// <param name="Label">What is measured, the same for every engine; null: needed, but not measured.</param>
/// <param name="Act">Does it; false where it failed. Only a measured one's time counts.</param>
internal sealed record EngineStep(string? Label, Func<bool> Act)
{
    /// <summary>A command that is measured.</summary>
    public static EngineStep Timed(string label, params IReadOnlyList<string> argv) => new(label, () => new Command(label, argv).Time() is not null);

    /// <summary>A command that is not.</summary>
    public static EngineStep Quiet(params IReadOnlyList<string> argv) => new(null, () => new Command("prepare", argv).Time() is not null);

    /// <summary>Something else that has to be done.</summary>
    public static EngineStep Do(Action act) => new(null, () =>
    {
        act();
        return true;
    });
}

/// <summary>An engine, and its way through a round, which ends as it began.</summary>
internal sealed record EngineWay(string Name, IReadOnlyList<EngineStep> Steps);
