using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class SalvageCommand : SlipCommand
{
    private readonly Option<string?> _to = new("--to") { Description = "The new volume", HelpName = "volume" };
    private readonly Option<bool> _noPause = new("--no-pause") { Description = "Let it run meanwhile: what it is writing may be torn" };
    private readonly Argument<string> _what = new("CONTAINER:PATH");

    public SalvageCommand()
        : base("salvage",
            """
            Copies a directory out of a container into a new volume, exactly as it is: for data that should have been in
            one from the beginning. The container may run (it stands still meanwhile), be stopped, or be in the trash.

              slip salvage db:/var/lib/app --to appdata
              slip recreate db -v appdata:/var/lib/app
            """)
    {
        Options.Add(_to);
        Options.Add(_noPause);
        Arguments.Add(_what);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        string what = line.GetValue(_what)!;
        int colon = what.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon + 1 >= what.Length || what[colon + 1] != '/')
            throw new SlipwayException(ErrorKind.InvalidArgument, $"salvage: \"{what}\" is not CONTAINER:PATH with an absolute path");
        string volume = line.GetValue(_to) ?? throw new SlipwayException(ErrorKind.InvalidArgument, "salvage: to which volume?") { Hint = $"say --to NAME: 'slip salvage {what} --to appdata'" };
        using SlipwayEngine engine = global.OpenEngine();
        Salvaged done = engine.Containers.Salvage(what[..colon], what[(colon + 1)..], volume, !line.GetValue(_noPause), Interrupt.Token);
        Console.Out.WriteLine($"{done.Volume.Name}: {done.Files} files, {Humanize.Size(done.Bytes)}, from {done.Container.Name}:{done.Path}");
        Console.Error.WriteLine($"To use it there: slip recreate {done.Container.Name} -v {done.Volume.Name}:{done.Path}");
        return 0;
    }
}
