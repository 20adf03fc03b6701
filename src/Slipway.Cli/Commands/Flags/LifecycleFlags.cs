using System.CommandLine;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Oci;
using Slipway.Runtime.Restarting;

namespace Slipway.Cli.Commands.Flags;

/// <summary>The flags of <c>run</c> and <c>create</c> about how a container ends, and what comes after.</summary>
internal sealed class LifecycleFlags
{
    private readonly Option<string?> _stopSignal = new("--stop-signal") { Description = "Signal that stop sends first" };
    private readonly Option<int?> _stopTimeout = new("--stop-timeout") { Description = "Seconds before stop kills (default 10)", HelpName = "int" };
    private readonly Option<bool> _rm = new("--rm") { Description = "Remove the container, with its writable layer, when it ends" };

    private readonly Option<string?> _restart = new("--restart") { Description = "When it is started again after its end: no (default), always, unless-stopped, on-failure[:N], on-unhealthy[:N]", HelpName = "policy" };

    private readonly Option<string?> _logDriver = new("--log-driver") { Description = "Where its output is kept: json-file (default), local, none", HelpName = "string" };
    private readonly Option<string[]> _logOptions = new("--log-opt") { Description = "max-size=20m, max-file=5 (the defaults), compress=true, labels=, env=, tag=", HelpName = "list" };
    private readonly HealthFlags _health;

    public LifecycleFlags(Command command)
    {
        command.AddAll([_stopSignal, _stopTimeout, _rm, _restart, _logDriver, _logOptions]);
        _health = new(command);
    }

    /// <summary>Adds them to a request.</summary>
    public ContainerRequest Add(ParseResult line, ContainerRequest request)
    {
        RestartPolicy restart = RestartPolicy.Parse(line.GetValue(_restart) ?? "");
        if (restart.Kind is not RestartKind.No && line.GetValue(_rm))
            throw new SlipwayException(ErrorKind.InvalidArgument, "Conflicting options: --restart and --rm");
        return request with
        {
            StopSignal = line.GetValue(_stopSignal),
            StopTimeout = line.GetValue(_stopTimeout),
            AutoRemove = line.GetValue(_rm),
            Log = line.GetValue(_logDriver) is null && line.ValuesOf(_logOptions).Length == 0
                ? LogRequest.Default
                : new LogRequest(line.GetValue(_logDriver) ?? LogRequest.Default.Driver, KeyValues.Read(line.ValuesOf(_logOptions))),
            Restart = restart,
            Health = _health.Read(line),
        };
    }
}
