using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Images.Archives;

namespace Slipway.Cli.Commands;

internal sealed class SaveCommand : SlipCommand
{
    private readonly Option<string?> _output = new("--output", "-o") { Description = "Write to a file instead of standard output" };
    private readonly Option<string?> _format = new("--format") { Description = "oci-archive or docker-archive (default: one archive that is both)" };
    private readonly Argument<string[]> _images = new("IMAGE") { Arity = ArgumentArity.OneOrMore };

    public SaveCommand()
        : base("save", "Writes images with their names into one tar archive that OCI tools and docker read.")
    {
        Options.Add(_output);
        Options.Add(_format);
        Arguments.Add(_images);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        ArchiveFormat format = line.GetValue(_format) switch
        {
            null => ArchiveFormat.Both,
            "oci-archive" => ArchiveFormat.Oci,
            "docker-archive" => ArchiveFormat.Docker,
            var other => throw new SlipwayException(ErrorKind.InvalidArgument, $"unknown archive format '{other}': want oci-archive or docker-archive"),
        };
        string[] images = line.GetValue(_images)!;
        if (line.GetValue(_output) is not { } path)
        {
            if (!Console.IsOutputRedirected)
                throw new SlipwayException(ErrorKind.InvalidArgument, "cowardly refusing to save to a terminal. Use the -o flag or redirect");
            using Stream output = Console.OpenStandardOutput();
            engine.Images.Save(output, images, format);
            return 0;
        }
        WholeFile.Write(path, file => engine.Images.Save(file, images, format));
        return 0;
    }
}
