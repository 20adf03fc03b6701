using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Containers;

namespace Slipway.Cli.Commands;

internal sealed class RunCommand : SlipCommand
{
    private readonly ContainerOptions _options;
    private readonly Option<bool> _detach = new("--detach", "-d") { Description = "Run in the background and print the container's id" };

    public RunCommand()
        : base("run",
            """
            Makes a new container from an image and starts it. Each run begins with an empty writable layer:
            what an earlier container wrote is not there, unless it went into a volume.

              slip run --rm busybox echo hello
              slip run -d --name web -v data:/var/lib/web web
              slip run -it --rm debian bash
            """)
    {
        Options.Add(_detach);
        _options = new(this);
    }

    public override bool StopsAtFirstArgument => true;

    public override int Run(ParseResult line, GlobalOptions global)
    {
        try
        {
            using SlipwayEngine engine = global.OpenEngine(willStart: true);
            ContainerRequest request = _options.Read(line);
            ContainerRecord record = engine.Containers.Create(request);
            return line.GetValue(_detach) ? Detached(engine, record) : Attached(engine, record);
        }
        catch (Exception e)
        {
            return ErrorReport.PrintForRun(e);
        }
    }

    private static int Detached(SlipwayEngine engine, ContainerRecord record)
    {
        StartOrRemove(engine, record, attach: false).Dispose();
        Console.Out.WriteLine(record.Id);
        return 0;
    }

    private static int Attached(SlipwayEngine engine, ContainerRecord record)
    {
        using ContainerSession session = StartOrRemove(engine, record, attach: true);
        return Foreground.Follow(engine, session);
    }

    // A container that could not be started stays for inspection as docker's does, but with --rm it goes.
    private static ContainerSession StartOrRemove(SlipwayEngine engine, ContainerRecord record, bool attach)
    {
        try
        {
            return engine.Containers.Start(record.Id, attach);
        }
        catch when (record.Request.AutoRemove)
        {
            engine.Containers.Remove(record.Id, force: true, volumes: true);
            throw;
        }
    }
}
