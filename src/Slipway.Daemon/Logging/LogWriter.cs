using System.Globalization;
using System.Text;
using Slipway.Oci.Json;

namespace Slipway.Daemon.Logging;

/// <summary>
/// Writes one line an event to standard error, as dockerd does: <c>time="…" level=info msg="…" key=value</c>, or as JSON. A line is one write,
/// so lines of several threads never mix. What clients sent stands quoted in it: nobody can forge a line.
/// </summary>
internal sealed class LogWriter(Stream to, TimeProvider clock)
{
    private readonly Lock _gate = new();

    public LogLevel Lowest { get; set; } = LogLevel.Info;

    public bool AsJson { get; set; }

    public void Write(LogLevel level, string message, params ReadOnlySpan<(string Key, string Value)> more)
    {
        if (level < Lowest)
            return;
        List<KeyValuePair<string, string>> members =
        [
            new("time", clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture)),
            new("level", LogLevels.NameOf(level)),
            new("msg", message),
        ];
        foreach ((string key, string value) in more)
            members.Add(new(key, value));
        byte[] line = AsJson ? JsonWriter.Document(new Dictionary<string, string>(members), static (json, all) => json.Members(all)) : Encoding.UTF8.GetBytes(string.Join(' ', members.Select(Text)));
        lock (_gate)
            to.Write([.. line, (byte)'\n']);
    }

    private static string Text(KeyValuePair<string, string> member) => member.Value.Length > 0 && member.Value.All(IsPlain) ? $"{member.Key}={member.Value}" : $"{member.Key}=\"{Quote(member.Value)}\"";

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '/' or '@' or '^' or '+' or ':';

    private static string Quote(string value)
    {
        var quoted = new StringBuilder(value.Length + 8);
        foreach (char c in value)
        {
            if (char.IsControl(c))
                quoted.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
            else if (c is '"' or '\\')
                quoted.Append('\\').Append(c);
            else
                quoted.Append(c);
        }
        return quoted.ToString();
    }
}
