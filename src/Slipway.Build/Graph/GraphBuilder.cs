using Slipway.Build.Dockerfile;
using Slipway.Build.Lint;
using Slipway.Build.Solving;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Images;

namespace Slipway.Build.Graph;

/// <summary>
/// <see cref="ParsedDockerfile"/> to <see cref="BuildGraph"/>: variables are expanded and configurations computed here, with the base images'
/// configurations but without looking at any file or running anything.
/// </summary>
internal sealed class GraphBuilder
{
    private const int MaxInherited = 2_000_000;

    private readonly ParsedDockerfile _file;
    private readonly GraphOptions _options;
    private readonly ImageResolver _images;
    private readonly GlobalScope _scope;
    private readonly StageMap _map;
    private readonly Dictionary<int, StageState> _done = [];
    private long _inherited;
    private readonly Dictionary<int, IReadOnlyList<Instruction>> _triggers = [];
    private readonly Dictionary<Digest, Vertex> _vertices = [];

    private GraphBuilder(ParsedDockerfile file, GraphOptions options, IImageSource images)
    {
        _file = file;
        _options = options;
        CasingCheck.Run(file);
        _scope = GlobalScope.Of(file, options);
        _map = new(file, _scope);
        _images = new(file, options, images, _map);
    }

    /// <summary>Makes the graph of one target.</summary>
    /// <exception cref="SlipwayException">A <see cref="DockerfileException"/> where a line is to blame; NotFound: no such target.</exception>
    public static BuildGraph Build(ParsedDockerfile file, GraphOptions options, IImageSource images) => new GraphBuilder(file, options, images).Run();

    private BuildGraph Run()
    {
        Stage target = _map.Target(_options.Target);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (Stage stage in _options.AllStages ? _file.Stages : _map.NeededBy(target, InstructionsOf))
        {
            StageState state = Begin(stage);
            if (!IsReplaced(stage))
                new StageEvaluator(_file, stage, state, _scope, _options, this).Run(TriggersOf(stage));
            _done[stage.Index] = state;
            counts[NameOf(stage)] = state.Steps;
        }
        StageState final = _done[target.Index];
        DurableDataCheck.Run(_file, target, final, _map.BaseNames);
        return new(_file.Source, final.Tip, InOrder(final.Tip), WithLabels(final.Finish()), final.History, _options.Epoch, counts, _file.Linter) 
        {
            Stage = target,
            Triggers = _triggers.Where(stage => stage.Value.Count > 0).ToDictionary(stage => stage.Key, stage => stage.Value.Count),
            Images = _done.Where(stage => stage.Value.Base is not null && _map.FindBase(stage.Key) is null).ToDictionary(stage => stage.Key, stage => (Digest?)stage.Value.Base!.Value.Image.Id),
            Base = final.Base,
        };
    }

    /// <summary>The stage's name for people: its number where it has none.</summary>
    public static string NameOf(Stage stage) => stage.Name ?? $"stage-{stage.Index}";

    /// <summary>The step of this operation: one that is in the graph already, or a new one.</summary>
    public Vertex Intern(Operation operation, IReadOnlyList<Vertex> inputs, VertexPlace place)
    {
        var vertex = new Vertex(operation, inputs, place);
        return _vertices.TryAdd(vertex.Id, vertex) ? vertex : _vertices[vertex.Id];
    }

    /// <summary>What <c>from</c> shows: a step's files, or a directory context's.</summary>
    public (Vertex? Step, string? Context) SourceOf(Instruction instruction, string from, Stage stage)
    {
        if (_map.FindSource(from, instruction, stage.Index) is { } source)
            // Of a directory that stands for a stage only what is named is read, which says what of it has to be brought.
            return source.Name is not null && _images.FindContext(source.Name) is (string replaced, DirectoryContext) ? (null, replaced) : (_done[source.Index].Tip, null);
        if (from.Equals("scratch", StringComparison.OrdinalIgnoreCase) || _images.FindContext(from) is (_, EmptyContext))
            return (Intern(new ImageOperation(null), [], Place(stage, instruction, "FROM scratch")), null);
        if (_images.FindContext(from) is (string name, DirectoryContext))
            return (null, name);
        // Never an image that happens to have the name.
        if (_map.HasStage(from))
            throw _file.Source.Error(instruction.Lines, $"cannot copy from stage \"{Printable.Escape(from)}\", it needs to be defined before current stage \"{NameOf(stage)}\"");
        return (Intern(new ImageOperation(ImageOf(instruction, from, stage)), [], Place(stage, instruction, $"FROM {from}") with { Image = _images.FullNameOf(from) }), null);
    }

    // Who wrote a stage's name wrong gets a registry's answer: it is said what the name stands for.
    private ImageRecord ImageOf(Instruction instruction, string from, Stage stage)
    {
        try
        {
            return _images.Get(instruction, from, _options.Platform, isImplicit: true, stage.Index);
        }
        catch (DockerfileException e)
        {
            throw _file.Source.Error(instruction.Lines, $"invalid from flag value {Printable.Escape(from)}: {e.Sentence}", e.Kind, e);
        }
    }

    private StageState Begin(Stage stage)
    {
        Platform platform = PlatformOf(stage.From);
        string name = _map.BaseNames[stage.Index];
        if (stage.Name is not null && _images.FindContext(stage.Name) is (string own, NamedContext replaced))
            return BeginWith(stage, own, replaced, platform);
        if (_map.FindBase(stage.Index) is { } parent)
            return Inherit(stage, _done[parent.Index]);
        if (name == "scratch")
            return BeginWithNothing(stage, name, platform);
        return _images.FindContext(name) is ({ } key, (DirectoryContext or EmptyContext) and var context)
            ? BeginWith(stage, key, context, platform)
            : BeginWith(stage, name, _images.Get(stage.From, name, platform, _options.IsPlatformImplicit && stage.From.Platform is null, stage.Index), platform);
    }

    // Each stage has its own copy of the variables: thousands of both would take all memory.
    private StageState Inherit(Stage stage, StageState parent)
    {
        _inherited += parent.Scope.Names.Count;
        return _inherited <= MaxInherited
            ? StageState.FromStage(parent)
            : throw _file.Source.Error(stage.From.Lines, $"stages inherit more than {MaxInherited} variables from each other", ErrorKind.Exhausted);
    }

    // A stage that a context stands for: its own instructions are not built.
    private StageState BeginWith(Stage stage, string name, NamedContext context, Platform platform)
    {
        if (context is EmptyContext)
            return BeginWithNothing(stage, name, platform);
        if (context is not DirectoryContext)
            return BeginWith(stage, name, _images.Get(stage.From, name, platform, isImplicit: true, stage.Index), platform);
        Vertex empty = Intern(new ImageOperation(null), [], From(stage, "scratch"));
        var copy = new CopyOperation([new PathSource(".", Unpack: false, null)], "/") { Context = name };
        return StageState.FromImage(null, platform, Intern(copy, [empty], From(stage, name)));
    }

    private StageState BeginWithNothing(Stage stage, string name, Platform platform) =>
        StageState.FromImage(null, platform, Intern(new ImageOperation(null), [], From(stage, name)));

    private StageState BeginWith(Stage stage, string name, ImageRecord image, Platform platform)
    {
        StageState state = StageState.FromImage(image.Config, platform, Intern(new ImageOperation(image), [], From(stage, name) with { Image = _images.FullNameOf(name) }));
        state.Base = (name, image);
        return state;
    }

    private IEnumerable<Instruction>? InstructionsOf(Stage stage) => IsReplaced(stage) ? null : TriggersOf(stage).Concat(stage.Body);

    // A context stands for the stage, whose own instructions then mean nothing.
    private bool IsReplaced(Stage stage) => stage.Name is not null && _images.FindContext(stage.Name) is not null;

    // What ONBUILD of its base makes a stage do first. `--from` and mounts mean stages of this Dockerfile.
    private IReadOnlyList<Instruction> TriggersOf(Stage stage)
    {
        if (_triggers.TryGetValue(stage.Index, out IReadOnlyList<Instruction>? known))
            return known;
        IReadOnlyList<string> texts = [];
        if (_map.FindBase(stage.Index) is { } parent)
            texts = IsReplaced(parent) ? [] : [.. parent.Body.OfType<OnbuildInstruction>().Select(onbuild => onbuild.Trigger)];
        else if (_map.BaseNames[stage.Index] is var name && name != "scratch" && _images.FindContext(name) is not (_, DirectoryContext or EmptyContext))
            texts = _images.Get(stage.From, name, PlatformOf(stage.From), _options.IsPlatformImplicit && stage.From.Platform is null, stage.Index).Config.Config?.OnBuild ?? [];
        return _triggers[stage.Index] = [.. texts.Select(text => InstructionParser.ParseTrigger(text, '\\', stage.From.Node, _file.Source))];
    }

    private Platform PlatformOf(FromInstruction from)
    {
        if (from.Platform is null)
            return _options.Platform;
        Expanded expanded = _scope.Expand(_file, from, from.Platform);
        if (expanded.Result.Length == 0)
            throw _file.Source.Error(from.Lines, $"empty platform value from expression {Printable.Escape(from.Platform)}");
        PlatformCheck.Run(_file, from, expanded, _options.Platform);
        try
        {
            return Platform.Parse(expanded.Result);
        }
        catch (SlipwayException e)
        {
            throw _file.Source.Error(from.Lines, e.Message, e.Kind, e);
        }
    }

    private ImageConfig WithLabels(ImageConfig image)
    {
        if (_options.Labels.Count == 0)
            return image;
        var labels = new Dictionary<string, string>(image.Config?.Labels ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach ((string key, string value) in _options.Labels)
            labels[key] = value;
        return image with { Config = (image.Config ?? new ExecutionConfig()) with { Labels = labels } };
    }

    private static VertexPlace From(Stage stage, string name) => Place(stage, stage.From, $"FROM {name}") with { Index = 1 };

    private static VertexPlace Place(Stage stage, Instruction instruction, string title) => new(instruction.Lines, NameOf(stage), 0, title);

    // Inputs before what needs them, without recursion: a chain may have a hundred thousand links.
    private static List<Vertex> InOrder(Vertex target)
    {
        var order = new List<Vertex>();
        var seen = new HashSet<Vertex>();
        var open = new Stack<(Vertex Vertex, bool InputsDone)>([(target, false)]);
        while (open.TryPop(out (Vertex Vertex, bool InputsDone) item))
        {
            if (item.InputsDone)
            {
                order.Add(item.Vertex);
                continue;
            }
            if (!seen.Add(item.Vertex))
                continue;
            open.Push((item.Vertex, true));
            foreach (Vertex input in item.Vertex.Inputs.Reverse())
                open.Push((input, false));
        }
        return order;
    }
}
