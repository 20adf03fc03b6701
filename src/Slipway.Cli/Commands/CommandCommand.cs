using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Engine.Recording;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class CommandCommand : SlipCommand
{
    private readonly Option<string> _form = new("--as") { Description = "slip, docker, json (the Docker API's create body), compose, or unit (podman's .container file)", HelpName = "form", DefaultValueFactory = static _ => "slip" };
    private readonly Option<bool> _secrets = new("--secrets") { Description = "Show secrets" };
    private readonly Argument<string> _container = new("CONTAINER");

    public CommandCommand()
        : base("command",
            """
            Prints what created a container, also one that was removed and is in the trash: what was asked for, and nothing that
            came from the image. The same line makes an equal container; 'slip update' and 'slip rename' are in it.
            What a form has no word for stands above it as a comment.

            Secrets are hidden: variables, labels and arguments with a word in their name that ends in PASSWORD, PASSWD,
            PASSPHRASE, SECRET, TOKEN, CREDENTIAL or APIKEY, or that is PASS, PWD, AUTH or KEY; and passwords in URLs.
            A hidden variable is written so that the shell, or compose, asks for it.

              slip command db
              slip command db --as compose > compose.yaml
              slip command db --secrets | sh
            """)
    {
        Options.Add(_form);
        Options.Add(_secrets);
        Arguments.Add(_container);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        CreationForm form = ReadForm(line.GetValue(_form)!);
        using SlipwayEngine engine = global.OpenEngine();
        ContainerRecord record = engine.Trash.GetContainer(line.GetValue(_container)!);
        Console.Out.Write(CreationText.Write(record, form, line.GetValue(_secrets)));
        return 0;
    }

    private static CreationForm ReadForm(string text) => text switch
    {
        "slip" => CreationForm.Slip,
        "docker" => CreationForm.Docker,
        "json" => CreationForm.Json,
        "compose" => CreationForm.Compose,
        "unit" or "quadlet" => CreationForm.Unit,
        _ => throw new SlipwayException(ErrorKind.InvalidArgument, $"--as {Linux.Printable.Escape(text)}: there is no such form") { Hint = "say slip, docker, json, compose or unit" },
    };
}
