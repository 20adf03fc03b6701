using System.Reflection;
using Slipway.Monitor.Commands;
using Slipway.Network.Dns;
using Slipway.Runtime.Health;
using Slipway.Runtime.Logs;
using Slipway.Runtime.Monitoring;

namespace Slipway.Monitor;

/// <summary>
/// slip-runtime. Four verbs are slip's own, of which two stay with a process, one checks a container's health and one packs its log; the others are an
/// OCI runtime's command line. No Console, no option parser's library: what is not there need not start.
/// </summary>
internal static class Program
{
    private static int Main(string[] args) => args switch
    {
        // Started by slip, which speaks to it on descriptor 3.
        ["monitor" or "monitor-exec"] => MonitorProgram.Run(static (config, datagrams, streams) => new Resolver(ResolverConfig.Parse(config), datagrams, streams).Run),
        // Started by a monitor.
        [HealthProbe.Verb, var runDir] => HealthProbe.Run(runDir),
        [LogPacker.Verb, var file] => LogPacker.Run(file),
        _ => CommandLine.Run(args, Version),
    };

    private static string Version => typeof(Program).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
