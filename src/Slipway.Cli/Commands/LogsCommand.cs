using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Runtime.Logs;

namespace Slipway.Cli.Commands;

internal sealed class LogsCommand : SlipCommand
{
    private readonly Option<bool> _follow = new("--follow", "-f") { Description = "Go on until the container ends" };
    private readonly Option<bool> _timestamps = new("--timestamps", "-t") { Description = "Show when each line was printed" };
    private readonly Option<string?> _tail = new("--tail", "-n") { Description = "Only the last lines (default all)", HelpName = "int" };
    private readonly Argument<string> _container = new("CONTAINER");

    public LogsCommand()
        : base("logs", "Shows what a container printed: its output on ours, its errors on our errors.")
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_follow, _timestamps, _tail])
            Options.Add(option);
        Arguments.Add(_container);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        int? tail = line.GetValue(_tail) is { } text && text != "all"
            ? int.TryParse(text, out int lines) && lines >= 0 ? lines : throw new Oci.SlipwayException(Oci.ErrorKind.InvalidArgument, $"invalid value for --tail: {text}")
            : null;
        using Stream output = Console.OpenStandardOutput();
        using Stream errors = Console.OpenStandardError();
        bool timestamps = line.GetValue(_timestamps);
        foreach (LogEntry entry in engine.Containers.Logs(line.GetValue(_container)!, tail, line.GetValue(_follow)))
        {
            Stream target = entry.Stream is LogStream.Stderr ? errors : output;
            if (timestamps)
                target.Write(System.Text.Encoding.UTF8.GetBytes(entry.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z '", System.Globalization.CultureInfo.InvariantCulture)));
            target.Write(entry.Text.Span);
        }
        return 0;
    }
}
