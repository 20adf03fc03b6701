using Slipway.Oci;

namespace Slipway.Engine.Devices;

/// <summary>
/// The devices that this host's vendors have described: the files of the Container Device Interface, in directories the later of which count more.
/// They are read when somebody asks.
/// </summary>
public sealed class CdiRegistry
{
    private readonly IReadOnlyList<string> _directories;
    private readonly Dictionary<string, (CdiSpec Spec, CdiDevice Device)> _devices = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _conflicts = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];

    private CdiRegistry(IReadOnlyList<string> directories)
    {
        _directories = directories;
        foreach (string directory in directories)
            Read(directory);
    }

    /// <summary>Where the files are on a host that doesn't say: what comes with packages, and what is written at each boot.</summary>
    public static IReadOnlyList<string> UsualDirectories { get; } = ["/etc/cdi", "/var/run/cdi"];

    /// <summary>The qualified names of all, sorted.</summary>
    public IEnumerable<string> Names => _devices.Keys.Except(_conflicts.Keys).Order(StringComparer.Ordinal);

    /// <summary>Reads them.</summary>
    public static CdiRegistry Open(IReadOnlyList<string> directories)
    {
        ArgumentNullException.ThrowIfNull(directories);
        return new(directories);
    }

    /// <summary>What devices need, in their order; what all of one file need comes before the first of it.</summary>
    /// <param name="names">Qualified names.</param>
    /// <exception cref="SlipwayException">InvalidArgument: no such device, or two of one name; NotSupported: it needs something that nothing here answers to.</exception>
    public CdiEdits Resolve(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.FirstOrDefault(_conflicts.ContainsKey) is { } twice)
            throw Failed(ErrorKind.InvalidArgument, $"conflicting device \"{twice}\": {_conflicts[twice]}", null);
        string[] missing = [.. names.Where(n => !_devices.ContainsKey(n))];
        if (missing.Length > 0)
            throw Failed(ErrorKind.InvalidArgument, $"unresolvable CDI devices {string.Join(", ", missing)}", Hint());
        CdiEdits all = CdiEdits.None;
        HashSet<CdiSpec> seen = new(ReferenceEqualityComparer.Instance);
        foreach (string name in names.Distinct(StringComparer.Ordinal))
        {
            (CdiSpec spec, CdiDevice device) = _devices[name];
            if (seen.Add(spec))
                all = all.Then(spec.Edits);
            all = all.Then(device.Edits);
        }
        return all.Unsupported.Count == 0 ? all : throw Failed(ErrorKind.NotSupported, $"{string.Join(", ", names)}: {string.Join(", ", all.Unsupported)} is not supported", null);
    }

    private void Read(string directory)
    {
        List<CdiSpec> here = [];
        foreach (string path in FilesOf(directory))
        {
            try
            {
                here.Add(CdiSpecReader.Read(path));
            }
            // One vendor's broken file is no reason to hide another's devices: it is told to who asks for one that isn't found.
            catch (SlipwayException e)
            {
                _faults.Add(e.Message);
            }
        }
        foreach (IGrouping<string, (CdiSpec Spec, CdiDevice Device)> group in here.SelectMany(s => s.Devices.Select(d => (s, d))).GroupBy(d => $"{d.s.Kind}={d.d.Name}", StringComparer.Ordinal))
        {
            _conflicts.Remove(group.Key);
            if (group.Count() > 1)
                _conflicts[group.Key] = string.Join(", ", group.Select(g => g.Spec.Path).Distinct());
            _devices[group.Key] = group.First();
        }
    }

    private static IEnumerable<string> FilesOf(string directory)
    {
        try
        {
            return [.. Directory.EnumerateFiles(directory).Where(f => Path.GetExtension(f) is ".json" or ".yaml").Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private string Hint()
    {
        if (_directories.Count == 0)
            return "the Container Device Interface is switched off (slipd --cdi-spec-dir=)";
        string there = Names.Any() ? $"there are {string.Join(", ", Names)}" : $"no device is described in {string.Join(" or ", _directories)}: its vendor's program writes that (nvidia-ctk cdi generate)";
        return string.Join("; ", [there, .. _faults]);
    }

    private static SlipwayException Failed(ErrorKind kind, string why, string? hint) => new(kind, $"CDI device injection failed: {why}") { Hint = hint };
}
