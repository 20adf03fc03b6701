using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Engine.Networks;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class PortCommand : SlipCommand
{
    private readonly Argument<string> _container = new("CONTAINER");
    private readonly Argument<string?> _port = new("PORT[/PROTO]") { Arity = ArgumentArity.ZeroOrOne };

    public PortCommand()
        : base("port", "Lists the host's ports that lead into a container, or those that lead to one of its ports.")
    {
        Arguments.Add(_container);
        Arguments.Add(_port);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        ContainerRecord container = engine.Containers.Get(line.GetValue(_container)!);
        IReadOnlyList<PublishedRecord> published = engine.Networks.PublishedOf(container);
        if (line.GetValue(_port) is not { } wanted)
        {
            foreach (PublishedRecord port in published)
                Console.Out.WriteLine($"{port.Key} -> {PortParser.Show(port.HostAddress)}:{port.HostPort}");
            return 0;
        }
        string key = wanted.Contains('/', StringComparison.Ordinal) ? wanted : wanted + "/tcp";
        PublishedRecord[] found = [.. published.Where(p => p.Key == key)];
        if (found.Length == 0)
            throw new SlipwayException(ErrorKind.NotFound, $"no public port '{key}' published for {container.Name}");
        foreach (PublishedRecord port in found)
            Console.Out.WriteLine($"{PortParser.Show(port.HostAddress)}:{port.HostPort}");
        return 0;
    }
}
