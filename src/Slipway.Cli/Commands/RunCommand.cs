using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Commands.Flags;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class RunCommand : SlipCommand
{
    private readonly ContainerOptions _options;
    private readonly Option<bool> _detach = new("--detach", "-d") { Description = "Run in the background and print the container's id" };
    private readonly Option<bool> _sigProxy = new("--sig-proxy") { Description = "Pass signals on to the container (default true)", DefaultValueFactory = static _ => true };
    private readonly Option<string?> _detachKeys = DetachKeysFlag.New();
    private readonly Option<bool> _plan = new("--plan") { Description = "Print the kernel operations of the start, each with the setting behind it; start and leave nothing" };
    private readonly Option<bool> _timing = new("--timing") { Description = "Print what each step of the start cost to standard error" };

    public RunCommand()
        : base("run",
            """
            Makes a new container from an image and starts it. Each run begins with an empty writable layer:
            what an earlier container wrote is not there, unless it went into a volume.

              slip run --rm busybox echo hello
              slip run -d --name web -v data:/var/lib/web web
              slip run -it --rm debian bash
              slip run --plan -m 64m busybox
            """)
    {
        Options.Add(_detach);
        Options.Add(_sigProxy);
        Options.Add(_detachKeys);
        Options.Add(_plan);
        Options.Add(_timing);
        _options = new(this);
    }

    public override bool StopsAtFirstArgument => true;

    public override int Run(ParseResult line, GlobalOptions global)
    {
        try
        {
            bool plans = line.GetValue(_plan), timing = line.GetValue(_timing);
            if (plans && timing)
                throw new SlipwayException(ErrorKind.InvalidArgument, "--plan starts nothing that --timing could measure: give one of them");
            ForegroundWish wish = ReadWish(line);
            if (!plans && !line.GetValue(_detach) && Foreground.LacksTerminal(wish.Stdin, _options.Process.WantsTerminal(line)))
                return 1;
            using SlipwayEngine engine = global.OpenEngine(willStart: !plans);
            if (plans)
                return _options.WithImage(engine, line, request => Plan(engine, request));
            ContainerRecord record = _options.Create(engine, line, line.GetValue(_detach));
            ForesightPrinter.Print(engine, record);
            return line.GetValue(_detach) ? Detached(engine, record, timing) : Attached(engine, record, timing, wish);
        }
        catch (Exception e)
        {
            return ErrorReport.PrintForRun(e);
        }
    }

    private ForegroundWish ReadWish(ParseResult line)
    {
        string[] attached = _options.Process.AttachedStreams(line);
        if (attached.Length > 0 && line.GetValue(_detach))
            throw new SlipwayException(ErrorKind.InvalidArgument, "Conflicting options: -a and -d");
        bool Has(string stream) => attached.Length == 0 || attached.Contains(stream);
        return new()
        {
            Stdin = Has("stdin"),
            Stdout = Has("stdout"),
            Stderr = Has("stderr"),
            PassesSignals = line.GetValue(_sigProxy),
            DetachKeys = DetachKeysFlag.Read(line, _detachKeys),
        };
    }

    private static int Plan(SlipwayEngine engine, ContainerRequest request)
    {
        Console.Out.Write(engine.Containers.Explain(request));
        return 0;
    }

    private static int Detached(SlipwayEngine engine, ContainerRecord record, bool timing)
    {
        StartOrRemove(engine, record, attach: false, timing).Dispose();
        Console.Out.WriteLine(record.Id);
        return 0;
    }

    private static int Attached(SlipwayEngine engine, ContainerRecord record, bool timing, ForegroundWish wish)
    {
        using ContainerSession session = StartOrRemove(engine, record, attach: true, timing);
        return Foreground.Follow(engine, session, wish);
    }

    // A container that could not be started stays for inspection as docker's does, but with --rm it goes.
    private static ContainerSession StartOrRemove(SlipwayEngine engine, ContainerRecord record, bool attach, bool timing)
    {
        try
        {
            ContainerSession session = engine.Containers.Start(record.Id, attach, timing);
            if (session.Timing is { } costs)
                Console.Error.Write(costs);
            return session;
        }
        catch when (record.Request.AutoRemove)
        {
            engine.Containers.Remove(record.Id, force: true, volumes: true);
            throw;
        }
    }
}
