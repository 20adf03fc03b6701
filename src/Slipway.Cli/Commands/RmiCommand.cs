using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Images;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class RmiCommand : SlipCommand
{
    private readonly Option<bool> _force = new("--force", "-f") { Description = "Also where stopped containers stand on it or several names point at it" };
    private readonly Option<bool> _noPrune = new("--no-prune") { Description = "Do not delete untagged parents (an image here has none of its own)" };
    private readonly Argument<string[]> _images = new("IMAGE") { Arity = ArgumentArity.OneOrMore };

    public RmiCommand()
        : base("rmi", "Removes a name from an image; with its last name the image and the layers that no other image shares go.")
    {
        Options.Add(_force);
        Options.Add(_noPrune);
        Arguments.Add(_images);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        bool force = line.GetValue(_force);
        int code = 0;
        foreach (ImageRemoval removal in engine.Images.Remove(line.GetValue(_images)!, force))
        {
            foreach (string done in RemovalText.Lines(removal, "Untagged", "Deleted"))
                Console.Out.WriteLine(done);
            if (removal.Error is null)
                continue;
            ErrorReport.PrintLine(removal.Error);
            // As with docker: what should go and isn't there is no failure of a forced removal.
            if (!force || removal.Error.Kind != ErrorKind.NotFound)
                code = 1;
        }
        return code;
    }
}
