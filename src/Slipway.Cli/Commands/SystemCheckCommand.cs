using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class SystemCheckCommand : SlipCommand
{
    private readonly Option<bool> _repair = new("--repair") { Description = "Mend what can be mended from what is whole, or be fetched again; remove what is of no use" };

    public SystemCheckCommand()
        : base("check", "Reads every blob, unpacked layer and record, and says what is not as it was. Nothing is changed without --repair. Exit code 1 where something is (still) wrong.") =>
        Options.Add(_repair);

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        using var progress = new OneLine();
        return FindingsReport.Print(engine.Checker.Check(engine.Containers.List(), line.GetValue(_repair), progress.Show, Interrupt.Token), progress);
    }
}
