namespace Slipway.Build.Graph;

/// <summary><c>NAME=value</c> lines, each name once, in the order of first setting.</summary>
internal sealed class Environment
{
    private readonly List<string> _names = [];
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private string[]? _lines;

    public Environment(IEnumerable<string> lines)
    {
        foreach (string line in lines)
            Set(line);
    }

    /// <summary>As they are now; the same list until something is set.</summary>
    public IReadOnlyList<string> Lines => _lines ??= [.. _names.Select(name => $"{name}={_values[name]}")];

    public IReadOnlyList<string> Names => _names;

    public string? Find(string name) => _values.GetValueOrDefault(name);

    public void Set(string name, string value)
    {
        _lines = null;
        if (_values.TryAdd(name, value))
            _names.Add(name);
        else
            _values[name] = value;
    }

    /// <summary>Sets from a line; without <c>=</c> the value is empty.</summary>
    public void Set(string line)
    {
        int equals = line.IndexOf('=', StringComparison.Ordinal);
        Set(equals < 0 ? line : line[..equals], equals < 0 ? "" : line[(equals + 1)..]);
    }
}
