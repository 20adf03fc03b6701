using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Commands.Flags;
using Slipway.Engine;
using Slipway.Engine.Containers;

namespace Slipway.Cli.Commands;

internal sealed class AttachCommand : SlipCommand
{
    private readonly Option<bool> _noStdin = new("--no-stdin") { Description = "Don't attach standard input" };
    private readonly Option<bool> _sigProxy = new("--sig-proxy") { Description = "Pass signals on to the container (default true)", DefaultValueFactory = static _ => true };
    private readonly Option<string?> _detachKeys = DetachKeysFlag.New();
    private readonly Argument<string> _container = new("CONTAINER");

    public AttachCommand()
        : base("attach", "Attaches to the streams of a running container: what it prints from now on, and its input. Ctrl-P Ctrl-Q detaches where it has a terminal.")
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_noStdin, _sigProxy, _detachKeys])
            Options.Add(option);
        Arguments.Add(_container);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        var wish = new ForegroundWish { Stdin = !line.GetValue(_noStdin), PassesSignals = line.GetValue(_sigProxy), DetachKeys = DetachKeysFlag.Read(line, _detachKeys) };
        if (engine.Containers.Find(line.GetValue(_container)!) is { IsRunning: true } container && Foreground.LacksTerminal(wish.Stdin, container.Request.Terminal))
            return 1;
        using ContainerSession session = engine.Containers.Attach(line.GetValue(_container)!);
        return Foreground.Follow(engine, session, wish);
    }
}
