using System.Text;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Oci.Json;

namespace Slipway.Monitor.Commands;

/// <summary>What callers read when something goes wrong: a line in the log, as text or JSON, and for people the bare sentence on standard error.</summary>
/// <param name="path">The log file; null is standard error.</param>
/// <param name="json">One JSON object a line.</param>
/// <param name="debug">Says more.</param>
/// <param name="clock">The time of a line.</param>
internal sealed class Log(string? path, bool json, bool debug, TimeProvider clock)
{
    /// <summary>Whether debug lines are written.</summary>
    public bool HasDebug => debug;

    public void Debug(string message)
    {
        if (debug)
            Write("debug", message);
    }

    public void Warn(string message) => Write("warning", message);

    public void Error(string message)
    {
        Write("error", message);
        if (path is not null)
            Output.Write(2, message + "\n");
    }

    private void Write(string level, string message)
    {
        string time = clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        string line = json
            ? Encoding.UTF8.GetString(JsonWriter.Document(message, (writer, text) =>
            {
                writer.Write("level"u8, level);
                writer.Write("msg"u8, text);
                writer.Write("time"u8, time);
            }))
            : $"time=\"{time}\" level={level} msg=\"{Quote(message)}\"";
        if (path is null)
        {
            Output.Write(2, line + "\n");
            return;
        }
        try
        {
            using SafeFd file = FdIo.OpenAppend(path);
            FdIo.WriteAll(file, Encoding.UTF8.GetBytes(line + "\n"));
        }
        catch (LinuxException e)
        {
            Output.Write(2, $"{e.Message}\n");
        }
    }

    private static string Quote(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}
