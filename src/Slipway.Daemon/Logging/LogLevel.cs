using Slipway.Oci;

namespace Slipway.Daemon.Logging;

/// <summary>How much a line matters.</summary>
internal enum LogLevel
{
    Debug,
    Info,
    Warn,
    Error,
    Fatal,
}

/// <summary>Their names, dockerd's.</summary>
internal static class LogLevels
{
    /// <exception cref="SlipwayException">InvalidArgument.</exception>
    public static LogLevel Parse(string name) => name switch
    {
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Info,
        "warn" or "warning" => LogLevel.Warn,
        "error" => LogLevel.Error,
        "fatal" or "panic" => LogLevel.Fatal,
        _ => throw new SlipwayException(ErrorKind.InvalidArgument, $"unable to parse logging level: {Linux.Printable.Escape(name)}"),
    };

    public static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Debug => "debug",
        LogLevel.Info => "info",
        LogLevel.Warn => "warning",
        LogLevel.Error => "error",
        _ => "fatal",
    };
}
