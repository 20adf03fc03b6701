namespace Slipway.Build.Solving;

/// <summary>
/// What is other than usual in a build that is made to be compared: nothing comes from the cache or goes there, one step runs at a time, with another
/// host name and on one processor. Its time of day is another anyway.
/// </summary>
public static class TrialConditions
{
    /// <summary>The host name of its steps.</summary>
    public const string Hostname = "slipway-trial";
}
