using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Oci;
using Slipway.Store.Images.Archives;

namespace Slipway.Cli.Commands;

internal sealed class LoadCommand : SlipCommand
{
    private readonly Option<string?> _input = new("--input", "-i") { Description = "Read from a file instead of standard input" };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print only what was loaded" };

    public LoadCommand()
        : base("load", "Reads images from an archive of 'save', docker, skopeo or umoci: OCI layout or docker archive, plain, gzip or zstd.")
    {
        Options.Add(_input);
        Options.Add(_quiet);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        using Stream archive = line.GetValue(_input) is { } path ? File.OpenRead(path) : OpenInput();
        foreach (LoadedImage loaded in engine.Images.Load(archive, Interrupt.Token))
        {
            foreach (MovedName moved in loaded.Moved)
                Console.Out.WriteLine(moved);
            if (loaded.Names.Count == 0)
                Console.Out.WriteLine($"Loaded image ID: {loaded.Image.Id}");
            foreach (Reference name in loaded.Names)
                Console.Out.WriteLine($"Loaded image: {name.Familiar}");
        }
        return 0;
    }

    private static Stream OpenInput() => Console.IsInputRedirected
        ? Console.OpenStandardInput()
        : throw new SlipwayException(ErrorKind.InvalidArgument, "requested load from stdin, but stdin is empty: name a file with -i, or redirect one");
}
