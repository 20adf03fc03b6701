using Slipway.Build.Dockerfile;
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
    private readonly ParsedDockerfile _file;
    private readonly GraphOptions _options;
    private readonly IImageSource _images;
    private readonly GlobalScope _scope;
    private readonly StageMap _map;
    private readonly Dictionary<int, StageState> _done = [];
    private readonly Dictionary<Digest, Vertex> _vertices = [];
    private readonly List<DockerfileWarning> _warnings;
    private readonly DateTimeOffset _epoch;

    private GraphBuilder(ParsedDockerfile file, GraphOptions options, IImageSource images)
    {
        _file = file;
        _options = options;
        _images = images;
        _epoch = options.Epoch();
        _scope = new(file, options);
        _map = new(file, _scope);
        _warnings = [.. file.Warnings];
    }

    /// <summary>Makes the graph of one target.</summary>
    /// <exception cref="SlipwayException">A <see cref="DockerfileException"/> where a line is to blame; NotFound: no such target.</exception>
    public static BuildGraph Build(ParsedDockerfile file, GraphOptions options, IImageSource images) => new GraphBuilder(file, options, images).Run();

    private BuildGraph Run()
    {
        Stage target = _map.Target(_options.Target);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (Stage stage in _map.NeededBy(target))
        {
            StageState state = Begin(stage);
            new StageEvaluator(_file, stage, state, _scope, _options, this).Run();
            _done[stage.Index] = state;
            counts[NameOf(stage)] = state.Steps;
        }
        StageState final = _done[target.Index];
        return new(_file.Source, final.Tip, InOrder(final.Tip), WithLabels(final.Finish()), final.History, _epoch, counts, _warnings);
    }

    /// <summary>The stage's name for people: its number where it has none.</summary>
    public static string NameOf(Stage stage) => stage.Name ?? $"stage-{stage.Index}";

    /// <summary>The step of this operation: one that is in the graph already, or a new one.</summary>
    public Vertex Intern(Operation operation, IReadOnlyList<Vertex> inputs, VertexPlace place)
    {
        var vertex = new Vertex(operation, inputs, place);
        return _vertices.TryAdd(vertex.Id, vertex) ? vertex : _vertices[vertex.Id];
    }

    /// <summary>What <c>COPY --from</c> reads.</summary>
    public Vertex SourceOf(CopyInstruction copy, Stage stage)
    {
        if (_map.FindSource(copy, stage.Index) is { } source)
            return _done[source.Index].Tip;
        return Intern(new ImageOperation(Image(copy, copy.From!, _options.Platform)), [], Place(stage, copy, $"FROM {copy.From}"));
    }

    public void Warn(Instruction instruction, string rule, string message) =>
        _warnings.Add(new(rule, message, _file.Source.FileName, instruction.Lines));

    private StageState Begin(Stage stage)
    {
        if (_map.FindBase(stage.Index) is { } parent)
            return StageState.FromStage(_done[parent.Index]);
        string name = _map.BaseNames[stage.Index];
        ImageRecord? image = name == "scratch" ? null : Image(stage.From, name, PlatformOf(stage.From));
        if (image?.Config.Config?.OnBuild is { Count: > 0 })
            throw _file.Source.Error(stage.From.Lines, $"ONBUILD triggers of the base image '{name}' are not supported yet", ErrorKind.NotSupported);
        Vertex tip = Intern(new ImageOperation(image), [], Place(stage, stage.From, $"FROM {name}") with { Index = 1 });
        return StageState.FromImage(image?.Config, PlatformOf(stage.From), tip);
    }

    private ImageRecord Image(Instruction instruction, string name, Platform platform)
    {
        if (!Reference.TryParse(name, out Reference? reference))
            throw _file.Source.Error(instruction.Lines, $"failed to parse stage name \"{Printable.Escape(name)}\": invalid reference format");
        try
        {
            return _images.Find(reference, platform)
                ?? throw _file.Source.Error(instruction.Lines, $"no such image: {reference.Familiar}", ErrorKind.NotFound);
        }
        catch (SlipwayException e) when (e is not DockerfileException)
        {
            throw _file.Source.Error(instruction.Lines, e.Message, e.Kind);
        }
    }

    private Platform PlatformOf(FromInstruction from)
    {
        if (from.Platform is null)
            return _options.Platform;
        string[] parts = _scope.Expand(_file, from, from.Platform).Split('/');
        return parts.Length is 2 or 3 && parts.All(part => part.Length > 0)
            ? new Platform { OS = parts[0], Architecture = parts[1], Variant = parts.Length == 3 ? parts[2] : null }
            : throw _file.Source.Error(from.Lines, $"failed to parse platform {Printable.Escape(from.Platform)}: want os/architecture[/variant]");
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
