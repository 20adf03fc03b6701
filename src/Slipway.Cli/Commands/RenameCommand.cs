using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;

namespace Slipway.Cli.Commands;

internal sealed class RenameCommand : SlipCommand
{
    private readonly Argument<string> _container = new("CONTAINER");
    private readonly Argument<string> _name = new("NEW_NAME");

    public RenameCommand()
        : base("rename", "Gives a container another name. Others find it in their networks by the new one.")
    {
        Arguments.Add(_container);
        Arguments.Add(_name);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        engine.Containers.Rename(line.GetValue(_container)!, line.GetValue(_name)!);
        return 0;
    }
}
