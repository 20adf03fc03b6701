using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Engine.Containers;

namespace Slipway.Cli.Commands;

internal sealed class RestartCommand : SlipCommand
{
    private readonly Option<int?> _time = new("--timeout", "-t", "--time") { Description = "Seconds to wait before killing (default 10)", HelpName = "int" };
    private readonly Option<string?> _signal = new("--signal", "-s") { Description = "Signal to send" };
    private readonly Argument<string[]> _containers = new("CONTAINER") { Arity = ArgumentArity.OneOrMore };

    public RestartCommand()
        : base("restart", "Stops and starts containers. The writable layer stays: a restart doesn't pick up a newer image.")
    {
        Options.Add(_time);
        Options.Add(_signal);
        Arguments.Add(_containers);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        return EachName.DoAtOnce(line.GetValue(_containers)!, name =>
        {
            engine.Containers.Restart(name, line.GetValue(_time), line.GetValue(_signal));
            if (engine.Containers.Find(name) is { } record && new ContainerImages(engine.Images).IsStale(record))
                Console.Error.WriteLine($"Note: {record.Name} runs from the image that it was made from; {record.Request.Image} is another by now: 'slip recreate {record.Name}' moves it there");
        });
    }
}
