using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Engine.Images;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class RmiCommand : SlipCommand
{
    private readonly Option<bool> _force = new("--force", "-f") { Description = "Also where stopped containers stand on it or several names point at it" };
    private readonly Argument<string[]> _images = new("IMAGE") { Arity = ArgumentArity.OneOrMore };

    public RmiCommand()
        : base("rmi", "Removes a name from an image; with its last name the image and the layers that no other image shares go.")
    {
        Options.Add(_force);
        Arguments.Add(_images);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        return EachName.Do(line.GetValue(_images)!, name =>
        {
            ImageRemoval removal = engine.Images.Remove(name, line.GetValue(_force));
            foreach (Reference untagged in removal.Untagged)
                Console.Out.WriteLine($"Untagged: {untagged.Familiar}");
            if (removal.Deleted is { } deleted)
                Console.Out.WriteLine($"Deleted: {deleted}");
        }, print: false);
    }
}
