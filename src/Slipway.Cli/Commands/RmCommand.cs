using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Engine.Doctoring;
using Slipway.Linux;
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
            given. At a terminal it shows what would be lost and asks, unless -f is given. What was removed is in the
            trash for a week: 'slip undo NAME' brings it back as it was.
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
        bool asks = !force && Prompt.IsPossible;
        void Remove(string name)
        {
            if (line.GetValue(_link))
                throw NoLink(name);
            if (asks && !IsAgreed(engine, name, line.GetValue(_purge)))
                throw new SlipwayException(ErrorKind.Conflict, $"container {name} was not removed");
            if (!force || engine.Containers.Find(name) is not null)
                engine.Containers.Remove(name, force, line.GetValue(_volumes), line.GetValue(_purge));
        }
        // One question at a time; and what has ended is quicker removed than threads are made for it.
        return force ? EachName.DoAtOnce(line.GetValue(_containers)!, Remove) : EachName.Do(line.GetValue(_containers)!, Remove);
    }

    // Where nothing would be lost there is nothing to ask.
    private static bool IsAgreed(SlipwayEngine engine, string name, bool purge)
    {
        if (engine.Containers.Find(name) is not { IsActive: false } container)
            return true; // the removal says what is wrong
        LayerSurvey survey = engine.Doctor.Survey(container.Id, Interrupt.Token);
        if (survey.Files == 0)
            return true;
        Console.Error.Write(LossPrinter.Describe(container, survey, engine.Options.Clock.GetUtcNow()));
        bool canSalvage = survey.Durable.Count > 0;
        string fate = purge || engine.Options.Trash.Age <= TimeSpan.Zero ? "Remove it for good?" : $"Move it to the trash ({Humanize.Duration(engine.Options.Trash.Age)}, 'slip undo {container.Name}')?";
        string? answer = Prompt.Line(fate + (canSalvage ? " [y/N/s=salvage first] " : " [y/N] "));
        if (canSalvage && string.Equals(answer, "s", StringComparison.OrdinalIgnoreCase))
        {
            Salvage(engine, container, survey);
            return true;
        }
        return string.Equals(answer, "y", StringComparison.OrdinalIgnoreCase);
    }

    // One that can't be salvaged keeps the container from being removed.
    private static void Salvage(SlipwayEngine engine, ContainerRecord container, LayerSurvey survey)
    {
        foreach ((string directory, string volume) in Doctor.ToSalvage(container, survey))
        {
            engine.Containers.Salvage(container.Id, directory, volume, pause: true, Interrupt.Token);
            Console.Error.WriteLine($"{Printable.Escape(directory)} is in volume {volume} now: use it with -v {volume}:{directory}");
        }
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
