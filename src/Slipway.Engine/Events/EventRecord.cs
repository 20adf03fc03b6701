namespace Slipway.Engine.Events;

/// <summary>Something that has happened, in docker's words.</summary>
/// <param name="Time">When, to 100 ns.</param>
/// <param name="Type"><c>container</c>, <c>image</c>, <c>network</c>, <c>volume</c>.</param>
/// <param name="Action"><c>start</c>, <c>die</c>, <c>exec_create: ls</c>.</param>
/// <param name="Actor">The id, or the name, of what it happened to.</param>
/// <param name="Attributes">What is to be known of it.</param>
public sealed record EventRecord(DateTimeOffset Time, string Type, string Action, string Actor, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>Its number in the log; later ones have greater ones.</summary>
    public long Id { get; init; }

    /// <summary>The action without what was done: <c>exec_create</c>, <c>health_status</c>.</summary>
    public string PlainAction => Action.Split(':')[0];
}
