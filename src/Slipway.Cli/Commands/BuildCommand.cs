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
    private readonly Option<string?> _file = new("--file", "-f") { Description = "The Dockerfile (default PATH/Dockerfile)" };
    private readonly Option<string[]> _args = new("--build-arg") { Description = "Value of an ARG: NAME=value, or NAME to copy yours", HelpName = "list" };
    private readonly Option<string?> _target = new("--target") { Description = "Build this stage" };
    private readonly Option<bool> _noCache = new("--no-cache") { Description = "Run every step anew" };
    private readonly Option<string[]> _labels = new("--label") { Description = "Set a label of the image", HelpName = "list" };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print only the image's id" };
    private readonly Option<bool> _pull = new("--pull") { Description = "Look for newer base images at their registries" };
    private readonly Option<string?> _progress = new("--progress") { Description = "auto or plain (both print a line a step)" };
    private readonly Argument<string> _context = new("PATH");

    public BuildCommand()
        : base("build",
            """
            Builds an image from a Dockerfile. Steps whose inputs did not change come from the cache. The same
            inputs make the same image digest, on any day and machine.

              slip build -t web .
              slip build -t web -f Dockerfile.dev --build-arg VERSION=2 --target test .
            """)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_tags, _file, _args, _target, _noCache, _labels, _quiet, _pull, _progress])
            Options.Add(option);
        Arguments.Add(_context);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        var request = new BuildRequest
        {
            ContextDirectory = line.GetValue(_context)!,
            DockerfilePath = line.GetValue(_file),
            BuildArgs = ReadArgs(line.GetValue(_args) ?? []),
            Target = line.GetValue(_target),
            NoCache = line.GetValue(_noCache),
            Tags = [.. (line.GetValue(_tags) ?? []).Select(Reference.Parse)],
            Labels = ContainerOptions.ReadLabels(line.GetValue(_labels) ?? []),
        };
        bool quiet = line.GetValue(_quiet);
        var pull = new BuildPull(line.GetValue(_pull), quiet ? new QuietPull() : PullPrinter.ToErrors());
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

    private static Dictionary<string, string?> ReadArgs(string[] args)
    {
        Dictionary<string, string?> read = [];
        foreach (string arg in args)
        {
            int equals = arg.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                read[arg] = Environment.GetEnvironmentVariable(arg);
            else
                read[arg[..equals]] = arg[(equals + 1)..];
        }
        return read;
    }
}
