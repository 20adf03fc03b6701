using System.CommandLine;
using Slipway.Cli.CommandLine;

namespace Slipway.Cli.Commands;

internal sealed class VersionCommand() : SlipCommand("version", "Shows the version of slip.")
{
    public override int Run(ParseResult line, GlobalOptions global) => VersionLine.Print();
}
