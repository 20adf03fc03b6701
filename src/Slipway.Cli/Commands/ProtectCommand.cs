using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Protecting;

namespace Slipway.Cli.Commands;

internal sealed class ProtectCommand : SlipCommand
{
    private readonly ProtectedKindOption _kind = new();
    private readonly Argument<string[]> _names = new("CONTAINER|VOLUME|IMAGE") { Arity = ArgumentArity.ZeroOrMore };

    public ProtectCommand()
        : base("protect",
            """
            Keeps containers, volumes and images from being removed: rm, rmi, --rm and every prune refuse or pass them
            over, also with -f, until 'slip unprotect'. A name is looked for among the containers, then the volumes,
            then the images. Without a name, shows what is protected.

              slip protect appdata
            """)
    {
        Options.Add(_kind);
        Arguments.Add(_names);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        if (line.GetValue(_names) is { Length: > 0 } names)
            return EachName.Do(names, name => engine.Protections.Protect(name, _kind.Of(line)));
        var table = new Table("KIND", "NAME", "ID", "SINCE");
        foreach ((Protection what, string? name) in engine.Protections.List())
            table.Add(ProtectionManager.WordOf(what.Kind), name ?? "<gone>", what.Kind is ProtectedKind.Container ? what.Id[..12] : what.Id, Humanize.Ago(what.Since, engine.Options.Clock.GetUtcNow()));
        table.Print();
        return 0;
    }
}
