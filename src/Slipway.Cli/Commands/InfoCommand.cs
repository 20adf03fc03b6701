using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Runtime.Host;

namespace Slipway.Cli.Commands;

internal sealed class InfoCommand() : SlipCommand("info", "Shows what this host allows, and where things are kept.")
{
    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        IReadOnlyList<ContainerRecord> containers = engine.Containers.List();
        Console.Out.WriteLine($"Containers: {containers.Count}");
        Console.Out.WriteLine($" Running: {containers.Count(c => c.IsRunning)}");
        Console.Out.WriteLine($" Stopped: {containers.Count(c => !c.IsRunning)}");
        Console.Out.WriteLine($"Images: {engine.Images.List().Count}");
        Console.Out.WriteLine($"Server Version: {VersionLine.Version}");
        Console.Out.WriteLine("Storage Driver: overlay");
        Console.Out.WriteLine($"Data Root Dir: {engine.Options.DataRoot}");
        Console.Out.WriteLine($"Run Root Dir: {engine.Options.RunRoot}");
        Console.Out.WriteLine($"Runtime: {engine.Options.RuntimePath}");
        Console.Out.WriteLine($"Kernel Version: {Environment.OSVersion.Version}");
        Console.Out.WriteLine($"CPUs: {Environment.ProcessorCount}");
        Console.Out.WriteLine("Host:");
        foreach ((string what, string state) in HostCapabilities.Probe().Describe().Concat(engine.Networks.DescribeHost()))
            Console.Out.WriteLine($" {what}: {state}");
        return 0;
    }
}
