using Slipway.Oci;

namespace Slipway.Daemon.Configuration;

/// <summary>Reads a command line as dockerd's: <c>-H x</c>, <c>-Hx</c>, <c>--host x</c>, <c>--host=x</c>, <c>-D</c>, <c>--debug=false</c>.</summary>
internal static class FlagReader
{
    /// <exception cref="SlipwayException">InvalidArgument: an unknown flag, a missing value, or a word that is none.</exception>
    public static SettingValues Read(ReadOnlySpan<string> args)
    {
        var values = new SettingValues();
        for (int i = 0; i < args.Length; i++)
        {
            (Setting setting, string? value) = Split(args[i]);
            if (value is null && setting.Kind is SettingKind.Switch)
                value = "true";
            value ??= ++i < args.Length ? args[i] : throw Invalid($"flag needs an argument: {args[i - 1]}");
            values.Add(setting, value);
        }
        return values;
    }

    private static (Setting Setting, string? Value) Split(string arg)
    {
        if (arg.StartsWith("--", StringComparison.Ordinal))
        {
            int equals = arg.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? arg[2..] : arg[2..equals];
            return (SettingTable.Find(name) ?? throw Invalid($"unknown flag: --{Linux.Printable.Escape(name)}"), equals < 0 ? null : arg[(equals + 1)..]);
        }
        if (arg is not ['-', var letter, ..])
            throw Invalid($"unexpected argument '{Linux.Printable.Escape(arg)}'");
        Setting setting = SettingTable.All.FirstOrDefault(s => s.Letter == letter) ?? throw Invalid($"unknown shorthand flag: '{letter}' in {Linux.Printable.Escape(arg)}");
        return (setting, arg.Length == 2 ? null : arg[2] == '=' ? arg[3..] : arg[2..]);
    }

    private static SlipwayException Invalid(string message) => new(ErrorKind.InvalidArgument, message) { Hint = "see 'slipd --help'" };
}
