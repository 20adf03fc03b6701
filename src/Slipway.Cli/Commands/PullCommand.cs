using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output.Transfers;
using Slipway.Engine;
using Slipway.Engine.Images.Pulling;
using Slipway.Oci;
using Slipway.Oci.Image;

namespace Slipway.Cli.Commands;

internal sealed class PullCommand : SlipCommand
{
    private readonly Option<bool> _all = new("--all-tags", "-a") { Description = "Pull every tag of the repository" };
    private readonly Option<string?> _platform = new("--platform") { Description = "Of an image for several platforms, this one: os/architecture[/variant]" };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print only the name" };
    private readonly Argument<string> _name = new("NAME");

    public PullCommand()
        : base("pull",
            """
            Brings an image from its registry. Layers that are here already are not fetched, and a pull that was cut
            goes on where it stopped.

              slip pull debian
              slip pull registry.example/team/app:1.2
              slip pull --platform linux/arm64 alpine
            """)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_all, _platform, _quiet])
            Options.Add(option);
        Arguments.Add(_name);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        string text = line.GetValue(_name)!;
        Reference name = Reference.Parse(text);
        bool all = line.GetValue(_all), quiet = line.GetValue(_quiet);
        bool bare = name.Digest is null && !text[(text.LastIndexOf('/') + 1)..].Contains(':', StringComparison.Ordinal);
        if (all && !bare)
            throw new SlipwayException(ErrorKind.InvalidArgument, "tag can't be used with --all-tags/-a");
        if (bare && !all && !quiet)
            Console.Out.WriteLine("Using default tag: latest");
        using SlipwayEngine engine = global.OpenEngine();
        var request = new PullRequest(name) { AllTags = all, Platform = line.GetValue(_platform) is { } platform ? Platform.Parse(platform) : null };
        IReadOnlyList<PullResult> pulled = engine.Images.PullAsync(request, quiet ? new QuietPull() : PullPrinter.ToOutput(), Interrupt.Token).GetAwaiter().GetResult();
        Console.Out.WriteLine(all ? name.Repository : pulled[0].Name.ToString());
        return 0;
    }
}
