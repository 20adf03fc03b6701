using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Cli.Output.Transfers;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Engine.Images.Pulling;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class OutdatedCommand : SlipCommand
{
    private readonly Option<bool> _pull = new("--pull") { Description = "Ask the registries for newer images first" };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Only names" };
    private readonly Argument<string[]> _names = new("CONTAINER") { Arity = ArgumentArity.ZeroOrMore };

    public OutdatedCommand()
        : base("outdated",
            """
            Lists containers whose image's name points at another image by now: a restart doesn't pick that up,
            'slip recreate' does. Exit code 1: there are some.
            """)
    {
        Options.Add(_pull);
        Options.Add(_quiet);
        Arguments.Add(_names);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        IReadOnlyList<ContainerRecord> chosen = line.GetValue(_names) is { Length: > 0 } names ? [.. names.Select(engine.Containers.Get)] : engine.Containers.List();
        if (line.GetValue(_pull))
            Pull(engine, chosen);
        var images = new ContainerImages(engine.Images);
        List<ContainerRecord> stale = [.. chosen.Where(images.IsStale)];
        if (line.GetValue(_quiet))
            StandardOutput.WriteLines(stale.Select(c => c.Name));
        else if (stale.Count == 0)
            Console.Out.WriteLine("nothing is outdated");
        else
            Print(images, stale);
        return stale.Count > 0 ? 1 : 0;
    }

    private static void Print(ContainerImages images, List<ContainerRecord> stale)
    {
        var table = new Table("NAME", "IMAGE", "RUNS", "IS NOW", "TO MOVE IT");
        foreach (ContainerRecord container in stale)
            table.Add(container.Name, container.Request.Image, container.ImageId.Short, images.Now(container)!.Value.Short, $"slip recreate {container.Name}");
        table.Print();
    }

    // What can't be asked for says so, and the others are looked at in spite of it: an image that was built here is in no registry.
    private static void Pull(SlipwayEngine engine, IReadOnlyList<ContainerRecord> containers)
    {
        foreach (string image in containers.Select(c => c.Request.Image).Distinct())
        {
            try
            {
                if (Reference.TryParse(image, out Reference? name))
                    engine.Images.PullAsync(new PullRequest(name), PullPrinter.ToErrors(), Interrupt.Token).GetAwaiter().GetResult();
            }
            catch (SlipwayException e)
            {
                Console.Error.WriteLine($"Note: {e.Message}");
            }
        }
    }
}
