using System.CommandLine;
using Slipway.Build;
using Slipway.Build.Dockerfile;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Cli.Output.Builds;
using Slipway.Cli.Output.Transfers;
using Slipway.Engine;
using Slipway.Engine.Builds;
using Slipway.Engine.Builds.Contexts;
using Slipway.Engine.Images.Pulling;
using Slipway.Engine.Images.Pushing;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Explaining;
using Slipway.Store.Images;

namespace Slipway.Cli.Commands;

internal sealed class BuildCommand : SlipCommand
{
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print only the image's id" };
    private readonly Option<bool> _pull = new("--pull") { Description = "Look for newer base images at their registries" };
    private readonly Option<bool> _check = new("--check") { Description = "Check the Dockerfile and build nothing" };
    private readonly Option<string?> _progress = new("--progress") { Description = "auto, tty, plain (a line an event), rawjson or quiet" };
    private readonly Option<bool> _why = new("--why") { Description = "Say of each step why it did not come from the cache" };
    private readonly Option<bool> _verify = new("--verify") { Description = "Build a second time, cold and under other conditions, and compare" };
    private readonly Option<string?> _call = new("--call") { Description = "build, or check as --check does" };
    private readonly Option<string?>[] _attestations = [.. ((string[])["--provenance", "--sbom"]).Select(name => new Option<string?>(name) { Description = "false, which is the default: images have no attestations" })];

    // Steps leave no containers behind that these could remove.
    private readonly Option<bool>[] _removals = [.. ((string[])["--rm", "--force-rm"]).Select(name => new Option<bool>(name) { Hidden = true })];
    private readonly BuildOutputs _results;
    private readonly BuildArguments _language;
    private readonly Argument<string> _context = new("PATH | URL | -");

    public BuildCommand()
        : base("build",
            """
            Builds an image from a Dockerfile. Steps whose inputs did not change come from the cache. The same
            inputs make the same image digest, on any day and machine.

              slip build -t web .
              slip build -t web -f Dockerfile.dev --build-arg VERSION=2 --target test .
              slip build --secret id=token,env=TOKEN --ssh default .
              slip build --check .
              slip build https://git.example/app.git#v2:web
              slip build -o dist --target assets .
              tar -c . | slip build -t web -
            """)
    {
        _results = new(this);
        _language = new(this);
        foreach (Option option in (ReadOnlySpan<Option>)[_quiet, _pull, _check, _call, _progress, _why, _verify, .. _attestations, .. _removals])
            Options.Add(option);
        Arguments.Add(_context);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        bool isCheck = IsCheck(line);
        RefuseAttestations(line);
        using SlipwayEngine engine = global.OpenEngine();
        BuildRequest request = _language.Read(line, line.GetValue(_context)!) with
        {
            Tags = _results.Tags(line),
            Outputs = _results.Read(line),
            ExplainsMisses = line.GetValue(_why),
        };
        bool quiet = line.GetValue(_quiet);
        using var display = new BuildDisplay(quiet ? "quiet" : line.GetValue(_progress), engine.Options.Clock);
        bool mayPrint = !quiet && !display.IsLive;
        var network = new BuildPull(line.GetValue(_pull), mayPrint ? PullPrinter.ToErrors() : new QuietPull(), mayPrint ? PushPrinter.ToErrors() : new QuietPush());
        using Stream input = Console.OpenStandardInput();
        (request, PreparedContext context) = engine.Builds.PrepareAsync(line.GetValue(_context)!, request, input, Interrupt.Token).GetAwaiter().GetResult();
        using PreparedContext brought = context;
        if (isCheck)
            return CheckPrinter.Print(engine.Builds.Check(request, network, Interrupt.Token));
        try
        {
            if (_language.Platforms(line) is { Count: > 1 } platforms)
                return BuildSeveral(engine, line, request, platforms, display, network);
            ImageRecord? image = engine.Builds.BuildAsync(request, display.Progress, network, Interrupt.Token).GetAwaiter().GetResult();
            display.Dispose();
            _results.WriteFiles(line, image?.Id, image?.Manifest.Config.Digest);
            PrintResult(request, image, quiet, display.Waste);
            return image is null || !line.GetValue(_verify) ? 0 : Verify(engine, request, image, network, quiet ? "quiet" : line.GetValue(_progress));
        }
        catch (DockerfileException e)
        {
            display.PrintFailure();
            Console.Error.WriteLine(e.Excerpt);
            return ErrorReport.Print(e);
        }
    }

    private int BuildSeveral(SlipwayEngine engine, ParseResult line, BuildRequest request, IReadOnlyList<Platform> platforms, BuildDisplay display, BuildPull network)
    {
        if (line.GetValue(_verify))
            throw new SlipwayException(ErrorKind.NotSupported, "--verify compares images of one platform");
        Digest? index = engine.Builds.BuildAsync(request, platforms, display.Progress, network, Interrupt.Token).GetAwaiter().GetResult();
        display.Dispose();
        _results.WriteFiles(line, index, null);
        if (index is null || request.Outputs.Any(BuildOutputs.WritesToStandardOutput))
            return 0;
        if (line.GetValue(_quiet))
            Console.Out.WriteLine(index);
        else
            Console.Error.WriteLine($"index {index}");
        return 0;
    }

    private bool IsCheck(ParseResult line) => line.GetValue(_call) switch
    {
        null or "" or "build" => line.GetValue(_check),
        "check" or "lint" => true,
        var other => throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid argument \"{Printable.Escape(other)}\" for \"--call\" flag: want build or check"),
    };

    private void RefuseAttestations(ParseResult line)
    {
        foreach (Option<string?> option in _attestations)
        {
            if (line.GetResult(option) is not null && line.GetValue(option) is not ("false" or "0" or "disabled=true"))
                throw new SlipwayException(ErrorKind.NotSupported, $"{option.Name}: attestations are not supported yet") { Hint = "leave it out, or say =false" };
        }
    }

    private static int Verify(SlipwayEngine engine, BuildRequest request, ImageRecord image, BuildPull network, string? progress)
    {
        Console.Error.WriteLine("\nbuilding once more: cold, one step at a time, on one processor, with another host name and umask");
        using var display = new BuildDisplay(progress, engine.Options.Clock);
        BuildDifference? difference = engine.Builds.VerifyAsync(request, image, display.Progress, network, Interrupt.Token).GetAwaiter().GetResult();
        display.Dispose();
        if (difference is null)
        {
            Console.Error.WriteLine($"reproducible: the second build made {image.Id} too");
            return 0;
        }
        Console.Error.WriteLine("not reproducible:");
        if (difference.Instruction is { } instruction)
            Console.Error.WriteLine($"  instruction  {Printable.Escape(instruction)}");
        if (difference.Path is { } path)
            Console.Error.WriteLine($"  file         {path}{(difference.Others > 0 ? $" (and {difference.Others} more)" : "")}");
        Console.Error.WriteLine($"  difference   {difference.What}");
        Console.Error.WriteLine($"  cause        {difference.Cause ?? "not known"}");
        return 1;
    }

    private static void PrintResult(BuildRequest request, ImageRecord? image, bool quiet, LayerWaste? waste)
    {
        if (image is null || request.Outputs.Any(BuildOutputs.WritesToStandardOutput))
            return;
        if (quiet)
        {
            Console.Out.WriteLine(image.Id);
            return;
        }
        Console.Error.WriteLine($"image {image.Id}");
        foreach (Reference name in request.Tags)
            Console.Error.WriteLine($"named {name.Familiar}");
        if (waste is not null)
            Console.Error.WriteLine($"{Words(waste)}: 'slip explain {(request.Tags.Count > 0 ? request.Tags[0].Familiar : image.Id.Short)}' shows by which steps, and what to do");
    }

    private static string Words(LayerWaste waste)
    {
        string[] parts =
        [
            .. waste.HiddenBytes > 0 ? [$"{Humanize.Size(waste.HiddenBytes)} hidden by later steps"] : Array.Empty<string>(),
            .. waste.DoubledBytes > 0 ? [$"{Humanize.Size(waste.DoubledBytes)} stored twice for another owner or mode"] : Array.Empty<string>(),
        ];
        return $"of {Humanize.Size(waste.StoredBytes)}, {string.Join(" and ", parts)}";
    }
}
