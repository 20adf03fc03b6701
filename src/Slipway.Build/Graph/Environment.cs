namespace Slipway.Build.Graph;

/// <summary><c>NAME=value</c> lines, each name once, in the order of first setting.</summary>
internal sealed class Environment(IEnumerable<string> lines)
{
    private readonly List<string> _lines = [.. lines];

    public IReadOnlyList<string> Lines => [.. _lines];

    public string? Find(string name)
    {
        int at = IndexOf(name);
        return at < 0 ? null : _lines[at].IndexOf('=', StringComparison.Ordinal) is >= 0 and int equals ? _lines[at][(equals + 1)..] : "";
    }

    public void Set(string name, string value)
    {
        int at = IndexOf(name);
        if (at < 0)
            _lines.Add($"{name}={value}");
        else
            _lines[at] = $"{name}={value}";
    }

    private int IndexOf(string name) =>
        _lines.FindLastIndex(line => line.StartsWith(name, StringComparison.Ordinal) && (line.Length == name.Length || line[name.Length] == '='));
}
