using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class TidyTrashCommand() : SlipCommand("tidy-trash", "Called by a slip that has removed something: removes from the trash what is too old or too much.")
{
    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        engine.Trash.Tidy(Interrupt.Token);
        return 0;
    }
}
