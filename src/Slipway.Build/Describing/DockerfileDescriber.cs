using Slipway.Build.Dockerfile;
using Slipway.Build.Dockerfile.Expansion;
using Slipway.Build.Graph;

namespace Slipway.Build.Describing;

/// <summary><see cref="ParsedDockerfile"/> to <see cref="DockerfileDescription"/>: without any image, so what ONBUILD of a base adds isn't in it.</summary>
internal sealed class DockerfileDescriber
{
    private readonly ParsedDockerfile _file;
    private readonly GraphOptions _options;
    private readonly GlobalScope _scope;
    private readonly StageMap _map;

    private DockerfileDescriber(ParsedDockerfile file, GraphOptions options)
    {
        _file = file;
        _options = options;
        _scope = GlobalScope.Of(file, options);
        _map = new(file, _scope);
    }

    /// <exception cref="Oci.SlipwayException">A <see cref="DockerfileException"/> where a line is to blame; NotFound: no such target.</exception>
    public static DockerfileDescription Describe(ParsedDockerfile file, GraphOptions options) => new DockerfileDescriber(file, options).Describe();

    private DockerfileDescription Describe()
    {
        Stage target = _map.Target(_options.Target);
        IReadOnlyList<Stage> needed = _map.NeededBy(target, stage => stage.Body);
        RunInstruction[] runs = [.. needed.SelectMany(stage => stage.Body.OfType<RunInstruction>())];
        (RunInstruction Run, RunMount Mount)[] mounts = [.. runs.SelectMany(run => run.Mounts.Select(mount => (Run: run, Mount: TryRead(mount.Text)))).Where(m => m.Mount is not null).Select(m => (m.Run, m.Mount!))];
        return new(_file.Source, [.. _file.Stages.Select(TargetOf)], target.Index, [.. ArgumentsOf(needed).OrderBy(argument => argument.Lines.First)],
            Loans(mounts, MountKind.Secret), Loans(mounts, MountKind.Ssh), Loans(mounts, MountKind.Cache));
    }

    private DescribedTarget TargetOf(Stage stage) =>
        new(stage.Name, stage == _file.Stages[^1], CommentOn(stage.From, stage.Name), _map.BaseNames[stage.Index], stage.From.Platform, stage.From.Lines);

    private IEnumerable<DescribedArgument> ArgumentsOf(IReadOnlyList<Stage> needed)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        HashSet<string> global = [];
        foreach (Stage stage in needed)
        {
            global.UnionWith(_scope.Expand(_file, stage.From, stage.From.Image).Used);
            if (stage.From.Platform is { } platform)
                global.UnionWith(_scope.Expand(_file, stage.From, platform).Used);
            foreach (ArgInstruction instruction in stage.Body.OfType<ArgInstruction>())
            {
                foreach ((string name, string? standard) in instruction.Arguments)
                {
                    // Declared again without a value: it is the one from before the first FROM that is meant.
                    if (standard is null && _scope.Find(name) is not null)
                        global.Add(name);
                    else if (seen.Add(name))
                        yield return new(name, CommentOn(instruction, name), ValueOf(name, standard), instruction.Lines);
                }
            }
        }
        // What another default is made of is used with it.
        for (int i = _file.GlobalArguments.Count - 1; i >= 0; i--)
        {
            ArgInstruction instruction = _file.GlobalArguments[i];
            foreach ((string name, string? standard) in instruction.Arguments.Where(argument => global.Contains(argument.Name)))
            {
                if (standard is not null)
                    global.UnionWith(_scope.Expand(_file, instruction, standard).Used);
                if (seen.Add(name))
                    yield return new(name, CommentOn(instruction, name), _scope.Find(name) ?? "", instruction.Lines);
            }
        }
    }

    private string ValueOf(string name, string? standard) =>
        _options.BuildArgs.GetValueOrDefault(name) ?? (standard is null ? "" : Expand(standard));

    // Variables of the stage are not known here: what they would be stays as it is written.
    private string Expand(string word)
    {
        try
        {
            var expander = new WordExpander(_file.Escape, _scope.Find);
            string result = expander.Expand(word);
            return expander.Unset.Count == 0 ? result : word;
        }
        catch (ExpansionException)
        {
            return word;
        }
    }

    // What only the stage's variables make sense of, or nothing does, is for the check to tell.
    private RunMount? TryRead(string text)
    {
        try
        {
            return MountReader.Read(text, Expand);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static DescribedLoan[] Loans(IEnumerable<(RunInstruction Run, RunMount Mount)> mounts, MountKind kind) =>
        [.. mounts.Where(m => m.Mount.Kind == kind).Select(m => (Id: IdOf(m.Mount), m.Mount.IsRequired, m.Run.Lines))
            .GroupBy(m => m.Id, StringComparer.Ordinal).Select(group => new DescribedLoan(group.Key, group.Any(m => m.IsRequired), group.First().Lines)).OrderBy(loan => loan.Lines.First)];

    private static string IdOf(RunMount mount) => mount.Id.Length > 0 ? mount.Id : mount.Kind switch
    {
        MountKind.Ssh => "default",
        MountKind.Secret => mount.Source.Length > 0 ? mount.Source : mount.Target.TrimEnd('/').Split('/')[^1],
        _ => Context.GoPath.Clean(mount.Target),
    };

    private static string CommentOn(Instruction instruction, string? name) =>
        name is not null && instruction.Node.Comments is [.., var comment] && comment.StartsWith(name + " ", StringComparison.Ordinal) ? comment[(name.Length + 1)..].Trim() : "";
}
