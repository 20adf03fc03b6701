using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class SystemStopCommand : SlipCommand
{
    public SystemStopCommand()
        : base("stop", "Stops all containers before the host goes down, all at once. 'slip system start' brings back those that should run.")
    {
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        int code = 0;
        var turns = new Lock();
        engine.Containers.StopAll(
            record =>
            {
                lock (turns)
                    Console.Out.WriteLine(record.Name);
            },
            (_, error) =>
            {
                lock (turns)
                    code = ErrorReport.Print(error);
            });
        return code;
    }
}
