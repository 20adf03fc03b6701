using Slipway.Linux;
using Slipway.Oci;

namespace Slipway.Monitor.Commands;

/// <summary>An error as a sentence. The framework's own sentences are not in this executable, only their keys.</summary>
internal static class ErrorText
{
    public static string Of(Exception error) => error switch
    {
        SlipwayException { Hint: { } hint } => $"{error.Message}; {hint}",
        SlipwayException or LinuxException => error.Message,
        FileNotFoundException e => $"'{Printable.Escape(e.FileName ?? "?")}': no such file",
        DirectoryNotFoundException => $"no such directory{PathIn(error)}",
        UnauthorizedAccessException => $"permission denied{PathIn(error)}",
        _ => $"input or output failed{PathIn(error)}",
    };

    // "KEY, argument": the path where there is one.
    private static string PathIn(Exception error) =>
        error.Message.IndexOf(", ", StringComparison.Ordinal) is >= 0 and var at ? $": '{Printable.Escape(error.Message[(at + 2)..])}'" : "";
}
