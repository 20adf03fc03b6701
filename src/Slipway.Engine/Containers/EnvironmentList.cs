namespace Slipway.Engine.Containers;

/// <summary>An environment as a list of <c>NAME=value</c>: the last word on a name wins, its place stays.</summary>
internal static class EnvironmentList
{
    /// <summary>Sets a variable; a bare <c>NAME</c> removes it.</summary>
    public static void Set(List<string> environment, string variable)
    {
        int equals = variable.IndexOf('=', StringComparison.Ordinal);
        int index = IndexOf(environment, equals < 0 ? variable : variable[..equals]);
        if (equals < 0)
        {
            if (index >= 0)
                environment.RemoveAt(index);
        }
        else if (index >= 0)
        {
            environment[index] = variable;
        }
        else
        {
            environment.Add(variable);
        }
    }

    /// <summary>Sets a variable unless the name has a value.</summary>
    public static void SetDefault(List<string> environment, string variable)
    {
        if (IndexOf(environment, variable[..variable.IndexOf('=', StringComparison.Ordinal)]) < 0)
            environment.Add(variable);
    }

    /// <summary>The last value that a name was given; null where it was given none.</summary>
    public static string? Find(IReadOnlyList<string> environment, string name) =>
        environment.LastOrDefault(v => v.Length > name.Length && v[name.Length] == '=' && v.StartsWith(name, StringComparison.Ordinal))?[(name.Length + 1)..];

    private static int IndexOf(List<string> environment, string name) =>
        environment.FindIndex(v => v.Length > name.Length && v[name.Length] == '=' && v.StartsWith(name, StringComparison.Ordinal));
}
