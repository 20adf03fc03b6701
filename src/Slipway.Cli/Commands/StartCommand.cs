using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Commands.Flags;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class StartCommand : SlipCommand
{
    private readonly Option<bool> _attach = new("--attach", "-a") { Description = "Attach to its output and forward signals" };
    private readonly Option<bool> _interactive = new("--interactive", "-i") { Description = "Attach to its standard input" };
    private readonly Option<string?> _detachKeys = DetachKeysFlag.New();
    private readonly Argument<string[]> _containers = new("CONTAINER") { Arity = ArgumentArity.OneOrMore };

    public StartCommand()
        : base("start", "Starts containers that ended or were created. What they wrote before is still in their writable layer.")
    {
        Options.Add(_attach);
        Options.Add(_interactive);
        Options.Add(_detachKeys);
        Arguments.Add(_containers);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine(willStart: true);
        string[] names = line.GetValue(_containers)!;
        if (!line.GetValue(_attach) && !line.GetValue(_interactive))
            return EachName.Do(names, name => engine.Containers.Start(name).Dispose());
        if (names.Length > 1)
            throw new SlipwayException(ErrorKind.InvalidArgument, "you cannot start and attach multiple containers at once");
        try
        {
            var wish = new ForegroundWish { Stdin = line.GetValue(_interactive), DetachKeys = DetachKeysFlag.Read(line, _detachKeys) };
            using ContainerSession session = engine.Containers.Start(names[0], attach: true);
            // One that ran already is attached to as it is.
            if (session.Stream is null)
            {
                using ContainerSession running = engine.Containers.Attach(names[0]);
                return Foreground.Follow(engine, running, wish);
            }
            return Foreground.Follow(engine, session, wish);
        }
        catch (SlipwayException e)
        {
            return ErrorReport.PrintForRun(e);
        }
    }
}
