namespace Slipway.Daemon.Configuration;

/// <summary>How a setting is written.</summary>
internal enum SettingKind
{
    /// <summary>Given, or with <c>=false</c> taken back; in the file true or false.</summary>
    Switch,

    /// <summary>One value.</summary>
    Text,

    /// <summary>Any number of values; in the file a list, or an object of strings that become <c>key=value</c>.</summary>
    List,
}

/// <summary>One of dockerd's settings, by the names that it has there.</summary>
/// <param name="Flag">On the command line, without its dashes: <c>host</c>.</param>
/// <param name="Letter">Its short form; null: none.</param>
/// <param name="Key">In the file; null: it can't be there.</param>
/// <param name="Kind">How it is written.</param>
/// <param name="Help">What it does, in a line.</param>
internal sealed record Setting(string Flag, char? Letter, string? Key, SettingKind Kind, string Help);
