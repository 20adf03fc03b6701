using System.Globalization;
using Slipway.Oci;

namespace Slipway.Engine.Containers;

/// <summary>Signals by name or number (signal(7), x86-64).</summary>
public static class SignalNames
{
    private const int RealTimeMin = 34;
    private const int RealTimeMax = 64;

    private static readonly string[] s_names =
    [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <summary>Reads <c>TERM</c>, <c>SIGTERM</c>, <c>15</c>, <c>RTMIN+3</c>.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: no such signal.</exception>
    public static int Parse(string text)
    {
        string name = text.ToUpperInvariant();
        if (name.StartsWith("SIG", StringComparison.Ordinal))
            name = name[3..];
        int number = Array.IndexOf(s_names, name);
        if (number > 0)
            return number;
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is > 0 and <= RealTimeMax)
            return number;
        if (TryParseRealTime(name, out number))
            return number;
        throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid signal: {Linux.Printable.Escape(text)}");
    }

    private static bool TryParseRealTime(string name, out int number)
    {
        number = 0;
        bool fromMin = name.StartsWith("RTMIN", StringComparison.Ordinal);
        if (!fromMin && !name.StartsWith("RTMAX", StringComparison.Ordinal))
            return false;
        int offset = 0;
        if (name.Length > 5 && !int.TryParse(name.AsSpan(5), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out offset))
            return false;
        number = (fromMin ? RealTimeMin : RealTimeMax) + offset;
        return number is >= RealTimeMin and <= RealTimeMax;
    }
}
