using System.Globalization;

namespace Slipway.Linux.Processes;

/// <summary>Signals by name or number (signal(7), x86-64).</summary>
public static class SignalNames
{
    private const int RealTimeMin = 34, RealTimeMax = 64;

    private static readonly string[] s_names =
    [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <summary>Reads <c>TERM</c>, <c>SIGTERM</c>, <c>15</c>, <c>RTMIN+3</c>, in any case; false where it is no signal.</summary>
    public static bool TryParse(string text, out int number)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number))
            return number is > 0 and <= RealTimeMax;
        string name = text.ToUpperInvariant();
        if (name.StartsWith("SIG", StringComparison.Ordinal))
            name = name[3..];
        name = name switch { "IOT" => "ABRT", "CLD" => "CHLD", "POLL" => "IO", _ => name };
        number = name.Length == 0 ? -1 : Array.IndexOf(s_names, name);
        return number > 0 || TryParseRealTime(name, out number);
    }

    /// <summary>The name without SIG: <c>TERM</c>, <c>RTMIN+3</c>; the number where it is no signal.</summary>
    public static string Of(int number) => number switch
    {
        > 0 when number < s_names.Length => s_names[number],
        RealTimeMin => "RTMIN",
        > RealTimeMin and <= RealTimeMax => string.Create(CultureInfo.InvariantCulture, $"RTMIN+{number - RealTimeMin}"),
        _ => number.ToString(CultureInfo.InvariantCulture),
    };

    // Counted up from RTMIN or down from RTMAX.
    private static bool TryParseRealTime(string name, out int number)
    {
        number = 0;
        bool fromMin = name.StartsWith("RTMIN", StringComparison.Ordinal);
        if (!fromMin && !name.StartsWith("RTMAX", StringComparison.Ordinal))
            return false;
        int offset = 0;
        ReadOnlySpan<char> rest = name.AsSpan(5);
        if (!rest.IsEmpty && (rest[0] is not ('+' or '-') || !int.TryParse(rest, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out offset)))
            return false;
        number = (fromMin ? RealTimeMin : RealTimeMax) + offset;
        return number is >= RealTimeMin and <= RealTimeMax;
    }
}
