using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class FinishRemovalCommand : SlipCommand
{
    private readonly Argument<string> _staging = new("STAGING");
    private readonly Argument<string> _lease = new("LEASE");

    public FinishRemovalCommand()
        : base("finish-removal", "Called by a slip that has ended: removes from the disk what it took away.")
    {
        Arguments.Add(_staging);
        Arguments.Add(_lease);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        engine.Images.FinishRemoval(line.GetValue(_staging)!, line.GetValue(_lease)!);
        return 0;
    }
}
