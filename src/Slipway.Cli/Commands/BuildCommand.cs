using System.CommandLine;
using Slipway.Build;
using Slipway.Build.Dockerfile;
using Slipway.Build.Progress;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Cli.Output.Transfers;
using Slipway.Engine;
using Slipway.Engine.Builds;
using Slipway.Engine.Images.Pulling;
using Slipway.Oci;
using Slipway.Store.Images;

namespace Slipway.Cli.Commands;

internal sealed class BuildCommand : SlipCommand
{
    private readonly Option<string[]> _tags = new("--tag", "-t") { Description = "Name for the image", HelpName = "list" };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print only the image's id" };
    private readonly Option<bool> _pull = new("--pull") { Description = "Look for newer base images at their registries" };
    private readonly Option<bool> _check = new("--check") { Description = "Check the Dockerfile and build nothing" };
    private readonly Option<string?> _progress = new("--progress") { Description = "auto or plain (both print a line a step)" };
    private readonly BuildArguments _language;
    private readonly Argument<string> _context = new("PATH");

    public BuildCommand()
        : base("build",
            """
            Builds an image from a Dockerfile. Steps whose inputs did not change come from the cache. The same
            inputs make the same image digest, on any day and machine.

              slip build -t web .
              slip build -t web -f Dockerfile.dev --build-arg VERSION=2 --target test .
              slip build --secret id=token,env=TOKEN --ssh default .
              slip build --check .
            """)
    {
        Options.Add(_tags);
        _language = new(this);
        foreach (Option option in (ReadOnlySpan<Option>)[_quiet, _pull, _check, _progress])
            Options.Add(option);
        Arguments.Add(_context);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        BuildRequest request = _language.Read(line, line.GetValue(_context)!) with { Tags = [.. (line.GetValue(_tags) ?? []).Select(Reference.Parse)] };
        bool quiet = line.GetValue(_quiet);
        var pull = new BuildPull(line.GetValue(_pull), quiet ? new QuietPull() : PullPrinter.ToErrors());
        if (line.GetValue(_check))
            return CheckPrinter.Print(engine.Builds.Check(request, pull, Interrupt.Token));
        try
        {
            ImageRecord image = engine.Builds.BuildAsync(request, new PlainProgressWriter(quiet ? TextWriter.Null : Console.Error, engine.Options.Clock), pull, Interrupt.Token).GetAwaiter().GetResult();
            if (quiet)
                Console.Out.WriteLine(image.Id);
            else
                PrintResult(request, image);
            return 0;
        }
        catch (DockerfileException e)
        {
            Console.Error.WriteLine(e.Excerpt);
            return ErrorReport.Print(e);
        }
    }

    private static void PrintResult(BuildRequest request, ImageRecord image)
    {
        Console.Error.WriteLine($"image {image.Id}");
        foreach (Reference name in request.Tags)
            Console.Error.WriteLine($"named {name.Familiar}");
    }
}
