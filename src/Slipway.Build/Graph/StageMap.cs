using Slipway.Build.Dockerfile;

namespace Slipway.Build.Graph;

/// <summary>Which stage each FROM and COPY --from means, and which stages a target needs. References lead backwards only, so there are no cycles.</summary>
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
            indexes.Add(stage.Index);
        }
    }

    /// <summary>The word after FROM of each stage, expanded.</summary>
    public IReadOnlyList<string> BaseNames { get; }

    /// <summary>The stage that a FROM in stage <paramref name="before"/> means; null where it is an image.</summary>
    public Stage? FindBase(int before) => FindByName(BaseNames[before], before);

    /// <summary>The stage that <c>--from=</c> in stage <paramref name="before"/> means, by name or number; null where it is an image.</summary>
    public Stage? FindSource(CopyInstruction copy, int before)
    {
        if (FindByName(copy.From!, before) is { } named)
            return named;
        if (!IsNumber(copy.From!))
            return null;
        return int.TryParse(copy.From, out int index) && index < before
            ? _file.Stages[index]
            : throw _file.Source.Error(copy.Lines, $"invalid from flag value {copy.From}: stage {before} can only copy from stages before it");
    }

    /// <summary>The stage to build.</summary>
    /// <exception cref="Oci.SlipwayException">NotFound: there is no such stage.</exception>
    public Stage Target(string? name)
    {
        if (string.IsNullOrEmpty(name))
            return _file.Stages[^1];
        if (FindByName(name, _file.Stages.Count) is { } named)
            return named;
        return IsNumber(name) && int.TryParse(name, out int index) && index < _file.Stages.Count
            ? _file.Stages[index]
            : throw new Oci.SlipwayException(Oci.ErrorKind.NotFound, $"target stage \"{Linux.Printable.Escape(name)}\" could not be found in {_file.Source.FileName}");
    }

    /// <summary>The stages that <paramref name="target"/> needs, itself included, in order.</summary>
    public IReadOnlyList<Stage> NeededBy(Stage target)
    {
        var needed = new SortedSet<int> { target.Index };
        var open = new Stack<Stage>([target]);
        while (open.TryPop(out Stage? stage))
        {
            IEnumerable<Stage?> sources = stage.Body.OfType<CopyInstruction>().Where(copy => copy.From is not null).Select(copy => FindSource(copy, stage.Index));
            foreach (Stage source in sources.Append(FindBase(stage.Index)).OfType<Stage>().Where(source => needed.Add(source.Index)))
                open.Push(source);
        }
        return [.. needed.Select(index => _file.Stages[index])];
    }

    // A later stage of the same name hides an earlier one.
    private Stage? FindByName(string name, int before)
    {
        int index = _byName.TryGetValue(name.ToLowerInvariant(), out List<int>? indexes) ? indexes.FindLast(i => i < before) : -1;
        return index >= 0 && indexes is not null && indexes[0] < before ? _file.Stages[index] : null;
    }

    private string BaseName(Stage stage, GlobalScope scope)
    {
        string name = scope.Expand(_file, stage.From, stage.From.Image);
        return name.Length > 0 ? name : throw _file.Source.Error(stage.From.Lines, $"base name ({stage.From.Image}) should not be blank");
    }

    private static bool IsNumber(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);
}
