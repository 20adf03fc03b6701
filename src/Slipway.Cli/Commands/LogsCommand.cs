using System.CommandLine;
using System.Globalization;
using System.Text;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Engine.Filters;
using Slipway.Runtime.Logs;

namespace Slipway.Cli.Commands;

internal sealed class LogsCommand : SlipCommand
{
    private readonly Option<bool> _follow = new("--follow", "-f") { Description = "Go on until the container ends" };
    private readonly Option<bool> _timestamps = new("--timestamps", "-t") { Description = "Show when each line was printed" };
    private readonly Option<string?> _tail = new("--tail", "-n") { Description = "Only the last lines (default all)", HelpName = "int" };
    private readonly Option<string?> _since = new("--since") { Description = "From then on: a time, seconds since 1970, or a length back from now like 10m" };
    private readonly Option<string?> _until = new("--until") { Description = "Up to that time" };
    private readonly Option<bool> _details = new("--details") { Description = "Show the labels and variables that --log-opt names" };
    private readonly Argument<string> _container = new("CONTAINER");

    public LogsCommand()
        : base("logs", "Shows what a container printed: its output on ours, its errors on our errors.")
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_follow, _timestamps, _tail, _since, _until, _details])
            Options.Add(option);
        Arguments.Add(_container);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        int? tail = line.GetValue(_tail) is { } text && text != "all"
            ? int.TryParse(text, out int lines) && lines >= 0 ? lines : throw new Oci.SlipwayException(Oci.ErrorKind.InvalidArgument, $"invalid value for --tail: {text}")
            : null;
        DateTimeOffset now = engine.Options.Clock.GetUtcNow();
        var query = new LogQuery { Tail = tail, Since = FilterList.ReadTime("since", line.GetValue(_since), now), Until = FilterList.ReadTime("until", line.GetValue(_until), now) };
        string name = line.GetValue(_container)!;
        byte[] details = [];
        if (line.GetValue(_details))
        {
            ContainerRequest request = engine.Containers.Get(name).Request;
            details = Encoding.UTF8.GetBytes(request.Log.Details(request) + " ");
        }
        using Stream output = Console.OpenStandardOutput();
        using Stream errors = Console.OpenStandardError();
        bool timestamps = line.GetValue(_timestamps);
        foreach (LogEntry entry in engine.Containers.Logs(name, query, line.GetValue(_follow)))
        {
            Stream target = entry.Stream is LogStream.Stderr ? errors : output;
            if (timestamps)
                target.Write(Encoding.UTF8.GetBytes(entry.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z '", CultureInfo.InvariantCulture)));
            target.Write(details);
            target.Write(entry.Text.Span);
        }
        return 0;
    }
}
