namespace Slipway.Bench.Images;

/// <summary>One step of an engine's way with the image.</summary>
/// <param name="Label">What is measured, the same for every engine; null: needed, but not measured.</param>
/// <param name="Act">Does it; false where it failed. Only a measured one's time counts.</param>
internal sealed record ImageStep(string? Label, Func<bool> Act)
{
    /// <summary>A command that is measured.</summary>
    public static ImageStep Timed(string label, params IReadOnlyList<string> argv) => new(label, () => new Command(label, argv).Time() is not null);

    /// <summary>A command that is not.</summary>
    public static ImageStep Quiet(params IReadOnlyList<string> argv) => new(null, () => new Command("prepare", argv).Time() is not null);

    /// <summary>Something else that has to be done.</summary>
    public static ImageStep Do(Action act) => new(null, () =>
    {
        act();
        return true;
    });
}

/// <summary>An engine, and its way with the image from an empty store to an empty store.</summary>
internal sealed record ImageEngine(string Name, IReadOnlyList<ImageStep> Steps);
