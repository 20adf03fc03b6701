using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Cli.Output.Transfers;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Recreating;
using Slipway.Engine.Images.Pulling;
using Slipway.Engine.Networks;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class RecreateCommand : SlipCommand
{
    private const int DefaultPatience = 60;

    private readonly Option<string?> _image = new("--image") { Description = "Another image", HelpName = "image" };
    private readonly Option<bool> _pull = new("--pull") { Description = "Ask the registry for a newer image of that name first" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what would stay, change and be lost; do nothing" };
    private readonly Option<int?> _wait = new("--wait") { Description = "Seconds that the new one may take to become healthy (default 60)", HelpName = "int" };
    private readonly Argument<string> _name = new("CONTAINER");
    private readonly ContainerFlags _flags;

    public RecreateCommand()
        : base("recreate",
            """
            Makes a container again, from the image that its name points at now: what was chosen stays, what came from
            the image comes from the new one, its volumes are carried over, anonymous ones too. Its writable layer
            begins empty; the old container goes to the trash. If it ran, the new one takes its place when it is healthy;
            if it fails, the old one runs on. Any flag of 'run' is a change: -v, -p and -e replace what is at the same
            path, port or name; -p +8443:443 publishes one more, -e NAME- takes a variable away.

              slip recreate web --pull
              slip recreate db -v appdata:/var/lib/app --dry-run
            """)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_image, _pull, _dryRun, _wait])
            Options.Add(option);
        Arguments.Add(_name);
        _flags = new(this, isChange: true);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        RequestChange change = Read(line);
        using SlipwayEngine engine = global.OpenEngine(willStart: !line.GetValue(_dryRun));
        string name = line.GetValue(_name)!;
        string? image = line.GetValue(_image);
        if (line.GetValue(_pull))
            Pull(engine, image ?? engine.Containers.Get(name).Request.Image);
        Recreation plan = engine.Containers.Foresee(name, change, image, Interrupt.Token);
        RecreationPrinter.Print(plan);
        if (line.GetValue(_dryRun))
            return 0;
        ContainerRecord made = engine.Containers.Recreate(plan, TimeSpan.FromSeconds(line.GetValue(_wait) ?? DefaultPatience), Interrupt.Token);
        Console.Out.WriteLine(made.Id);
        Console.Error.WriteLine($"The old one is in the trash: 'slip undo {plan.Old.ShortId} --name NAME' brings it back");
        return 0;
    }

    private static void Pull(SlipwayEngine engine, string image) =>
        engine.Images.PullAsync(new PullRequest(Reference.Parse(image)), PullPrinter.ToErrors(), Interrupt.Token).GetAwaiter().GetResult();

    // What means something here only is taken out before the flags are read as those of a new container.
    private RequestChange Read(ParseResult line)
    {
        HashSet<string> given = [.. Options.Where(o => line.GetResult(o) is { Implicit: false }).Select(o => o.Name)];
        ContainerRequest request = _flags.Add(line, new() { Image = "" });
        if (request.Name is not null)
            throw new SlipwayException(ErrorKind.InvalidArgument, "recreate: a container keeps its name") { Hint = "'slip rename' gives it another" };
        return new(request, given)
        {
            MorePorts = [.. _flags.MorePorts(line).SelectMany(PortParser.Parse)],
            WithoutVariables = _flags.WithoutVariables(line),
        };
    }

}
