using Slipway.Oci;

namespace Slipway.Daemon.Configuration;

/// <summary>What was set, by a setting's flag.</summary>
internal sealed class SettingValues
{
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);

    public void Add(Setting setting, string value)
    {
        if (!_values.TryGetValue(setting.Flag, out List<string>? values))
            _values[setting.Flag] = values = [];
        if (setting.Kind is not SettingKind.List)
            values.Clear();
        values.Add(value);
    }

    public IReadOnlyList<string> this[string flag] => _values.GetValueOrDefault(flag) ?? [];

    public string? Text(string flag) => _values.GetValueOrDefault(flag) is [.., { Length: > 0 } last] ? last : null;

    /// <exception cref="SlipwayException">InvalidArgument: neither true nor false.</exception>
    public bool Switch(string flag) => Text(flag) switch
    {
        null => false,
        "true" or "1" => true,
        "false" or "0" => false,
        var other => throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid argument \"{Linux.Printable.Escape(other)}\" for \"--{flag}\" flag: it is true or false"),
    };

    /// <summary>Adds what a file says. As with dockerd, nothing may be said in both places: it would be a guess which holds.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: something is.</exception>
    public void Merge(SettingValues file, string path)
    {
        if (file._values.Keys.FirstOrDefault(_values.ContainsKey) is { } twice)
        {
            throw new SlipwayException(ErrorKind.InvalidArgument,
                $"the following directives are specified both as a flag and in the configuration file '{path}': {twice}: (from flag: {string.Join(", ", _values[twice])}, from file: {string.Join(", ", file._values[twice])})")
            {
                Hint = "say it in one of the two places",
            };
        }
        foreach ((string flag, List<string> values) in file._values)
            _values[flag] = values;
    }
}
