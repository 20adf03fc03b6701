using System.Globalization;
using System.Text;
using Slipway.Oci.Json;

namespace Slipway.Daemon.Logging;

/// <summary>
/// Writes one line an event to standard error, as dockerd does: <c>time="…" level=info msg="…" key=value</c>, with colours for a terminal, or as JSON. A
/// line is one write, so lines of several threads never mix. What clients sent stands quoted in it: nobody can forge a line.
/// </summary>
internal sealed class LogWriter(Stream to, TimeProvider clock)
{
    private readonly Lock _gate = new();

    public LogLevel Lowest { get; set; } = LogLevel.Info;

    public bool AsJson { get; set; }

    /// <summary>For a person at a terminal: the level in its colour, then the message.</summary>
    public bool InColours { get; set; }

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
        byte[] line = AsJson ? JsonWriter.Document(new Dictionary<string, string>(members), static (json, all) => json.Members(all))
            : Encoding.UTF8.GetBytes(InColours ? Coloured(level, members) : string.Join(' ', members.Select(Text)));
        lock (_gate)
            to.Write([.. line, (byte)'\n']);
    }

    // ECMA-48, section 8.3.117 (SGR). What others said is escaped here too: it may hold sequences of its own.
    private static string Coloured(LogLevel level, List<KeyValuePair<string, string>> members)
    {
        int colour = level switch { LogLevel.Debug => 37, LogLevel.Info => 36, LogLevel.Warn => 33, _ => 31 };
        string more = string.Concat(members.Skip(3).Select(m => $" \x1b[{colour}m{m.Key}\x1b[0m={Text(m)[(m.Key.Length + 1)..]}"));
        return $"\x1b[{colour}m{LogLevels.NameOf(level).ToUpperInvariant()[..4]}\x1b[0m[{members[0].Value}] {Escape(members[2].Value)}{more}";
    }

    private static string Text(KeyValuePair<string, string> member) => member.Value.Length > 0 && member.Value.All(IsPlain) ? $"{member.Key}={member.Value}" : $"{member.Key}=\"{Quote(member.Value)}\"";

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '/' or '@' or '^' or '+' or ':';

    private static string Quote(string value) => Escape(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal));

    private static string Escape(string value) => value.Any(char.IsControl)
        ? string.Concat(value.Select(c => char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}") : c.ToString()))
        : value;
}
