using System.Globalization;
using Slipway.Engine.Registries;
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

    /// <summary>Whether something was said of it, be it nothing.</summary>
    public bool IsSaid(string flag) => _values.ContainsKey(flag);

    /// <summary>Whether something that is there unless it is switched off is: <c>--feature NAME=false</c>, or the same under <c>features</c>.</summary>
    public bool HasFeature(string name) => !this[SettingTable.Features].Contains(name + "=false", StringComparer.OrdinalIgnoreCase);

    /// <param name="flag">Which.</param>
    /// <param name="otherwise">What holds where nothing was said.</param>
    /// <exception cref="SlipwayException">InvalidArgument: neither true nor false.</exception>
    public bool Switch(string flag, bool otherwise = false) => Text(flag) switch
    {
        null => otherwise,
        "true" or "1" => true,
        "false" or "0" => false,
        var other => throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid argument \"{Linux.Printable.Escape(other)}\" for \"--{flag}\" flag: it is true or false"),
    };

    /// <param name="flag">Which.</param>
    /// <param name="otherwise">What holds where nothing was said.</param>
    /// <exception cref="SlipwayException">InvalidArgument: no number above nothing, which is docker's word for the usual one.</exception>
    public int Number(string flag, int otherwise) => Text(flag) switch
    {
        null or "0" => otherwise,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) => number,
        var other => throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid {flag}: {Linux.Printable.Escape(other)}: it is a number"),
    };

    /// <summary>What holds of a setting, as dockerd prints it: a list in brackets; a proxy without its password.</summary>
    public string Show(Setting setting) => setting.Kind is SettingKind.List
        ? $"[{string.Join(' ', this[setting.Flag])}]"
        : setting.Flag is SettingTable.HttpProxy or SettingTable.HttpsProxy ? ProxyAddress.WithoutPassword(Text(setting.Flag) ?? "") : Text(setting.Flag) ?? "";

    /// <summary>Adds what a file says. As with dockerd, nothing may be said in both places: it would be a guess which holds.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: something is.</exception>
    public void Merge(SettingValues file, string path)
    {
        string[] twice = [.. SettingTable.All.Where(s => IsSaid(s.Flag) && file.IsSaid(s.Flag)).Select(s => $"{s.Key}: (from flag: {Show(s)}, from file: {file.Show(s)})")];
        if (twice.Length > 0)
        {
            throw new SlipwayException(ErrorKind.InvalidArgument,
                $"unable to configure the Docker daemon with file {path}: the following directives are specified both as a flag and in the configuration file: {string.Join(", ", twice)}")
            {
                Hint = "say it in one of the two places",
            };
        }
        foreach ((string flag, List<string> values) in file._values)
            _values[flag] = values;
    }
}
