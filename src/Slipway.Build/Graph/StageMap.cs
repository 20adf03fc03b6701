using Slipway.Build.Dockerfile;
using Slipway.Build.Lint;

namespace Slipway.Build.Graph;

/// <summary>Which stage a name or number means, and which stages a target needs. References lead backwards only, so there are no cycles.</summary>
internal sealed class StageMap
{
    private readonly ParsedDockerfile _file;
    private readonly Dictionary<string, List<int>> _byName = new(StringComparer.Ordinal);

    public StageMap(ParsedDockerfile file, GlobalScope scope)
    {
        _file = file;
        BaseNames = [.. file.Stages.Select(stage => BaseName(stage, scope))];
        foreach (Stage stage in file.Stages.Where(stage => stage.Name is not null))
        {
            if (!_byName.TryGetValue(stage.Name!, out List<int>? indexes))
                _byName[stage.Name!] = indexes = [];
            else
                file.Linter.Report(StageRules.DuplicateStageName, stage.From.Node, stage.Name!);
            indexes.Add(stage.Index);
        }
    }

    /// <summary>The word after FROM of each stage, expanded.</summary>
    public IReadOnlyList<string> BaseNames { get; }

    /// <summary>The stage that a FROM in stage <paramref name="before"/> means; null where it is an image.</summary>
    public Stage? FindBase(int before) => FindByName(BaseNames[before], before);

    /// <summary>The stage that <c>from</c> in stage <paramref name="before"/> means, by name or number; null where it is an image or a context.</summary>
    public Stage? FindSource(string from, Instruction instruction, int before)
    {
        if (FindByName(from, before) is { } named)
            return named;
        if (!IsNumber(from))
            return null;
        return int.TryParse(from, out int index) && index < before
            ? _file.Stages[index]
            : throw _file.Source.Error(instruction.Lines, $"invalid from flag value {from}: {(from == $"{before}" ? "refers to current build stage" : $"stage {before} can only use stages before it")}");
    }

    /// <summary>Whether a stage has this name, wherever it stands.</summary>
    public bool HasStage(string name) => _byName.ContainsKey(name.ToLowerInvariant());

    /// <summary>Names of the stages before <paramref name="before"/>.</summary>
    public IEnumerable<string> NamesBefore(int before) => _byName.Where(pair => pair.Value[0] < before).Select(pair => pair.Key);

    /// <summary>The stage to build.</summary>
    /// <exception cref="Oci.SlipwayException">NotFound: there is no such stage.</exception>
    public Stage Target(string? name)
    {
        if (string.IsNullOrEmpty(name))
            return _file.Stages[^1];
        if (FindByName(name, _file.Stages.Count) is { } named)
            return named;
        if (IsNumber(name) && int.TryParse(name, out int index) && index < _file.Stages.Count)
            return _file.Stages[index];
        string suggestion = Suggestion.For(name.ToLowerInvariant(), _byName.Keys);
        throw new Oci.SlipwayException(Oci.ErrorKind.NotFound, $"target stage \"{Linux.Printable.Escape(name)}\" could not be found in {_file.Source.FileName}{suggestion}");
    }

    /// <summary>The stages that <paramref name="target"/> needs, itself included, in order.</summary>
    /// <param name="target">The stage.</param>
    /// <param name="instructionsOf">What a stage does; null for one that a context stands for.</param>
    public IReadOnlyList<Stage> NeededBy(Stage target, Func<Stage, IEnumerable<Instruction>?> instructionsOf)
    {
        var needed = new SortedSet<int> { target.Index };
        var open = new Stack<Stage>([target]);
        while (open.TryPop(out Stage? stage))
        {
            if (instructionsOf(stage) is not { } instructions)
                continue;
            IEnumerable<Stage?> sources = instructions.SelectMany(SourcesOf).Select(source => FindSource(source.From, source.Instruction, stage.Index));
            foreach (Stage source in sources.Append(FindBase(stage.Index)).OfType<Stage>().Where(source => needed.Add(source.Index)))
                open.Push(source);
        }
        return [.. needed.Select(index => _file.Stages[index])];
    }

    private static IEnumerable<(string From, Instruction Instruction)> SourcesOf(Instruction instruction) => instruction switch
    {
        CopyInstruction { From: { } from } => [(from, instruction)],
        RunInstruction run => run.Mounts.Where(mount => mount.From is not null).Select(mount => (mount.From!, instruction)),
        _ => [],
    };

    // A later stage of the same name hides an earlier one.
    private Stage? FindByName(string name, int before)
    {
        int index = _byName.TryGetValue(name.ToLowerInvariant(), out List<int>? indexes) ? indexes.FindLast(i => i < before) : -1;
        return index >= 0 && indexes is not null && indexes[0] < before ? _file.Stages[index] : null;
    }

    private string BaseName(Stage stage, GlobalScope scope)
    {
        string name = scope.Expand(_file, stage.From, stage.From.Image).Result;
        return name.Length > 0 ? name : throw _file.Source.Error(stage.From.Lines, $"base name ({stage.From.Image}) should not be blank");
    }

    private static bool IsNumber(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);
}
