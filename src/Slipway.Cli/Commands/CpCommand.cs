using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Engine.Copying;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class CpCommand : SlipCommand
{
    private readonly Option<bool> _archive = new("--archive", "-a") { Description = "Keep owners (uid and gid)" };
    private readonly Option<bool> _follow = new("--follow-link", "-L") { Description = "Where the source is a link, copy what it leads to" };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print nothing" };
    private readonly Argument<string> _source = new("SOURCE");
    private readonly Argument<string> _target = new("TARGET");

    public CpCommand()
        : base("cp",
            """
            Copies files between a container, running or not, and the host. '-' is a tar archive on standard input or output.

              slip cp web:/etc/hosts .
              slip cp -a ./site/. web:/srv/www
              slip cp web:/var/log - | tar -t
            """)
    {
        Options.Add(_archive);
        Options.Add(_follow);
        Options.Add(_quiet);
        Arguments.Add(_source);
        Arguments.Add(_target);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        (string? fromContainer, string from) = Split(line.GetValue(_source)!);
        (string? toContainer, string to) = Split(line.GetValue(_target)!);
        var options = new CopyOptions { KeepOwners = line.GetValue(_archive), FollowLink = line.GetValue(_follow) };
        if ((fromContainer is null) == (toContainer is null))
        {
            throw new SlipwayException(ErrorKind.InvalidArgument, fromContainer is null
                ? "must specify at least one container source: CONTAINER:PATH"
                : "copying between containers is not supported");
        }
        if (fromContainer is not null)
            engine.Containers.CopyOut(fromContainer, from, to, options, to == "-" ? Console.OpenStandardOutput() : null);
        else
            engine.Containers.CopyIn(toContainer!, from, to, options, from == "-" ? Console.OpenStandardInput() : null);
        return 0;
    }

    // docker's rule: a path that begins with / or . is the host's, whatever colons it holds.
    private static (string? Container, string Path) Split(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon <= 0 || text[0] is '/' or '.' ? (null, text) : (text[..colon], text[(colon + 1)..]);
    }
}
