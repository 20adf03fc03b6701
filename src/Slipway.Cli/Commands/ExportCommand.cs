using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class ExportCommand : SlipCommand
{
    private readonly Option<string?> _output = new("--output", "-o") { Description = "Write to a file instead of standard output" };
    private readonly Argument<string> _container = new("CONTAINER");

    public ExportCommand()
        : base("export", "Writes a container's files as one tar archive, image and writable layer merged. What is in its volumes is not included; 'slip import' makes an image of it.")
    {
        Options.Add(_output);
        Arguments.Add(_container);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        string container = line.GetValue(_container)!;
        if (line.GetValue(_output) is { } path)
        {
            WholeFile.Write(path, file => engine.Containers.Export(container, file, Interrupt.Token));
            return 0;
        }
        if (!Console.IsOutputRedirected)
            throw new SlipwayException(ErrorKind.InvalidArgument, "cowardly refusing to save to a terminal. Use the -o flag or redirect");
        using Stream output = Console.OpenStandardOutput();
        using var buffered = new BufferedStream(output, 1 << 16);
        engine.Containers.Export(container, buffered, Interrupt.Token);
        return 0;
    }
}
