using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Trash;

namespace Slipway.Cli.Commands;

internal sealed class TrashLsCommand : SlipCommand
{
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Only ids" };
    private readonly Option<string?> _format = new("--format") { Description = "'table', 'table TEMPLATE', 'json' or a Go template: '{{.Name}}: {{.Size}}'" };

    public TrashLsCommand()
        : base("ls", """
            Lists what was removed and can be brought back. A container keeps its image's layers as long as it is here. SLIPWAY_TRASH_AGE
            (7d) and SLIPWAY_TRASH_SIZE (a tenth of the disk) say how long and how much; the oldest go sooner when the disk is short.
            """)
    {
        Options.Add(_quiet);
        Options.Add(_format);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        IReadOnlyList<TrashedItem> items = engine.Trash.List();
        if (line.GetValue(_quiet))
            StandardOutput.WriteLines(items.Select(i => i.ShortId));
        else
            TrashPrinter.Print(items, engine.Options.Clock.GetUtcNow(), line.GetValue(_format));
        return 0;
    }
}
