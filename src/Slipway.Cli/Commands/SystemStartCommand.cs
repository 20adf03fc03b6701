using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class SystemStartCommand : SlipCommand
{
    public SystemStartCommand()
        : base("start",
            """
            Starts what should run after a reboot: containers with --restart always, and with --restart unless-stopped where nobody stopped them. The
            unit packaging/systemd/slipway.service calls it when the host comes up, and 'slip system stop' when it goes down.
            """)
    {
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        int code = 0;
        engine.Containers.StartAll(record => Console.Out.WriteLine(record.Name), (_, error) => code = ErrorReport.Print(error));
        return code;
    }
}
