using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;

namespace Slipway.Cli.Commands;

internal sealed class ImportCommand : SlipCommand
{
    private readonly Option<string[]> _changes = new("--change", "-c") { Description = "Apply an instruction of a Dockerfile: 'CMD [\"sh\"]', 'ENV A=1'", HelpName = "list" };
    private readonly Option<string?> _message = new("--message", "-m") { Description = "What this is" };
    private readonly Option<string?> _platform = new("--platform") { Description = "What its programs are for: os/architecture[/variant] (default this machine)" };
    private readonly Argument<string> _file = new("file|URL|-");
    private readonly Argument<string?> _name = new("REPOSITORY[:TAG]") { Arity = ArgumentArity.ZeroOrOne };

    public ImportCommand()
        : base("import",
            """
            Makes an image with one layer of the tar archive of a root file system: a file, what a http or https
            server has, or standard input ('-').

              slip export web | slip import -c 'CMD ["nginx"]' - web:flat
              slip import https://example.org/rootfs.tar.gz tiny
            """)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_changes, _message, _platform])
            Options.Add(option);
        Arguments.Add(_file);
        Arguments.Add(_name);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        string source = line.GetValue(_file)!;
        Reference? name = line.GetValue(_name) is { } text ? Reference.ParseTag(text) : null;
        Platform? platform = line.GetValue(_platform) is { } wanted ? Platform.Parse(wanted) : null;
        using Stream tar = engine.Images.OpenSource(source, Console.OpenStandardInput, Interrupt.Token);
        ImageRecord image = engine.Images.Import(tar, line.GetValue(_changes) ?? [], platform, name, line.GetValue(_message) ?? (source == "-" ? null : $"Imported from {source}"), Interrupt.Token);
        Console.Out.WriteLine(image.Id);
        return 0;
    }
}
