using System.CommandLine;
using Slipway.Oci;
using Slipway.Oci.Image;

namespace Slipway.Cli.Commands.Flags;

/// <summary>The flags of <c>run</c> and <c>create</c> about a container's health check.</summary>
internal sealed class HealthFlags
{
    private readonly Option<string?> _command = new("--health-cmd") { Description = "Command that checks its health, for the image's shell: 0 is healthy", HelpName = "string" };
    private readonly Option<string?> _interval = new("--health-interval") { Description = "Time between checks: 30s", HelpName = "duration" };
    private readonly Option<string?> _timeout = new("--health-timeout") { Description = "What a check may take: 30s", HelpName = "duration" };
    private readonly Option<string?> _startPeriod = new("--health-start-period") { Description = "Time after the start in which failures don't count: 0s", HelpName = "duration" };
    private readonly Option<string?> _startInterval = new("--health-start-interval") { Description = "Time between checks in that period: 5s", HelpName = "duration" };
    private readonly Option<int?> _retries = new("--health-retries") { Description = "Failures in a row that mean unhealthy: 3", HelpName = "int" };
    private readonly Option<bool> _none = new("--no-healthcheck") { Description = "Don't check its health, whatever the image says" };

    public HealthFlags(Command command) => command.AddAll([_command, _interval, _timeout, _startPeriod, _startInterval, _retries, _none]);

    /// <summary>What was asked for; null: nothing.</summary>
    public HealthCheck? Read(ParseResult line)
    {
        string? command = line.GetValue(_command);
        var check = new HealthCheck
        {
            Test = command is { Length: > 0 } ? ["CMD-SHELL", command] : [],
            Interval = ReadTime(line, _interval),
            Timeout = ReadTime(line, _timeout),
            StartPeriod = ReadTime(line, _startPeriod),
            StartInterval = ReadTime(line, _startInterval),
            Retries = line.GetValue(_retries),
        };
        if (check.Retries < 0)
            throw Invalid("--health-retries cannot be negative");
        bool asked = check.Test.Count > 0 || (check.Interval ?? check.Timeout ?? check.StartPeriod ?? check.StartInterval ?? check.Retries) is not null;
        if (!line.GetValue(_none))
            return asked ? check : null;
        return asked ? throw Invalid("--no-healthcheck conflicts with --health-* options") : new HealthCheck { Test = ["NONE"] };
    }

    private static long? ReadTime(ParseResult line, Option<string?> option)
    {
        if (line.GetValue(option) is not { } text)
            return null;
        TimeSpan time = DurationText.TryParse(text) ?? throw Invalid($"invalid argument \"{Linux.Printable.Escape(text)}\" for \"{option.Name}\" flag: want a duration such as 1m30s");
        return time >= TimeSpan.Zero ? time.Ticks * TimeSpan.NanosecondsPerTick : throw Invalid($"{option.Name} cannot be negative");
    }

    private static SlipwayException Invalid(string message) => new(ErrorKind.InvalidArgument, message);
}
