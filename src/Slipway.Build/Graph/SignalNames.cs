using System.Globalization;

namespace Slipway.Build.Graph;

/// <summary>What STOPSIGNAL may name: signal(7), with or without SIG, in any case, or the number.</summary>
internal static class SignalNames
{
    private const int Highest = 64;

    private static readonly HashSet<string> s_names = new(
        ("HUP INT QUIT ILL TRAP ABRT IOT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ "
        + "VTALRM PROF WINCH IO POLL PWR SYS RTMIN RTMAX").Split(' '),
        StringComparer.OrdinalIgnoreCase);

    public static bool IsValid(string signal)
    {
        if (int.TryParse(signal, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            return number is > 0 and <= Highest;
        string name = signal.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? signal[3..] : signal;
        int sign = name.AsSpan().IndexOfAny('+', '-');
        return sign < 0 ? s_names.Contains(name)
            : (name[..sign] is var stem && (stem.Equals("RTMIN", StringComparison.OrdinalIgnoreCase) || stem.Equals("RTMAX", StringComparison.OrdinalIgnoreCase)))
                && int.TryParse(name.AsSpan(sign + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int offset) && offset <= Highest - 34;
    }
}
