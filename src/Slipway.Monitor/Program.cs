using System.Reflection;
using Slipway.Monitor.Commands;
using Slipway.Network.Dns;
using Slipway.Runtime.Health;
using Slipway.Runtime.Monitoring;

namespace Slipway.Monitor;

/// <summary>
/// slip-runtime. Three verbs are slip's own, of which two stay with a process and one checks a container's health; the others are an OCI runtime's
/// command line. No Console, no option parser's library: what is not there need not start.
/// </summary>
internal static class Program
{
    private static int Main(string[] args) => args switch
    {
        // Started by slip, which speaks to it on descriptor 3.
        ["monitor" or "monitor-exec"] => MonitorProgram.Run(static (config, datagrams, streams) => new Resolver(ResolverConfig.Parse(config), datagrams, streams).Run),
        // Started by a monitor.
        [HealthProbe.Verb, var runDir] => HealthProbe.Run(runDir),
        _ => CommandLine.Run(args, Version),
    };

    private static string Version => typeof(Program).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
