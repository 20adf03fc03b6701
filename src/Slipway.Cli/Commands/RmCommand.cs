using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class RmCommand : SlipCommand
{
    private readonly Option<bool> _force = new("--force", "-f") { Description = "Kill it first where it runs" };
    private readonly Option<bool> _link = new("--link", "-l") { Description = "Remove a link between containers" };
    private readonly Option<bool> _volumes = new("--volumes", "-v") { Description = "Remove its anonymous volumes too" };
    private readonly Option<bool> _purge = new("--purge") { Description = "For good, not to the trash: for secrets, and where the disk is needed" };
    private readonly Argument<string[]> _containers = new("CONTAINER") { Arity = ArgumentArity.OneOrMore };

    public RmCommand()
        : base("rm", """
            Removes containers, with what they wrote into their own files; volumes stay, anonymous ones unless -v is
            given. What was removed is in the trash for a week: 'slip undo NAME' brings it back as it was.
            """)
    {
        Options.Add(_force);
        Options.Add(_link);
        Options.Add(_volumes);
        Options.Add(_purge);
        Arguments.Add(_containers);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        bool force = line.GetValue(_force);
        return EachName.Do(line.GetValue(_containers)!, name =>
        {
            if (line.GetValue(_link))
                throw NoLink(name);
            if (!force || engine.Containers.Find(name) is not null)
                engine.Containers.Remove(name, force, line.GetValue(_volumes), line.GetValue(_purge));
        });
    }

    // Links are names of a container's own here, made at its start: there is none that could be taken away from outside.
    private static SlipwayException NoLink(string name)
    {
        string path = name.Trim('/');
        return path.LastIndexOf('/') is > 0 and var slash
            ? new(ErrorKind.NotFound, $"Cannot get parent /{path[..slash]} for link name /{path}") { Hint = "links are made by 'run --link' and end with the container" }
            : new(ErrorKind.Conflict, "Conflict, cannot remove the default link name of the container") { Hint = $"'slip rm {name}' removes the container itself" };
    }
}
