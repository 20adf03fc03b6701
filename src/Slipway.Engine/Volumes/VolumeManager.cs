using Slipway.Linux;
using Slipway.Oci;

namespace Slipway.Engine.Volumes;

/// <summary>Volumes: what must outlive a container.</summary>
public sealed class VolumeManager
{
    private readonly VolumeTable _table;
    private readonly EngineOptions _options;

    internal VolumeManager(VolumeTable table, EngineOptions options)
    {
        _table = table;
        _options = options;
    }

    /// <summary>Makes a volume; one that is there already is returned as it is. A null name makes an anonymous one.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: the name can't be a volume's.</exception>
    public VolumeRecord Create(string? name, IReadOnlyDictionary<string, string>? labels = null)
    {
        bool anonymous = name is null;
        name ??= RandomBytes.Hex256();
        CheckName(name);
        // The directory first: a row never promises one that isn't there.
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        string data = _table.PathOf(name);
        if (!Directory.Exists(data))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(data)!, Private);
            Directory.CreateDirectory(data, Private | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }
        _table.TryInsert(name, _options.Clock.GetUtcNow(), labels ?? new Dictionary<string, string>(), anonymous);
        return Get(name);
    }

    /// <summary>The volume of that name.</summary>
    /// <exception cref="SlipwayException">NotFound.</exception>
    public VolumeRecord Get(string name) => _table.Find(name) ?? throw new SlipwayException(ErrorKind.NotFound, $"no such volume: {name}");

    /// <summary>All volumes, by name.</summary>
    public IReadOnlyList<VolumeRecord> List() => _table.List();

    /// <summary>Removes a volume and its content.</summary>
    /// <exception cref="SlipwayException">NotFound, or Conflict: a container uses it.</exception>
    public void Remove(string name, bool force = false)
    {
        if (_table.Find(name) is null)
        {
            if (force)
                return;
            throw new SlipwayException(ErrorKind.NotFound, $"no such volume: {name}");
        }
        if (!_table.TryDelete(name))
        {
            List<string> users = _table.UsersOf(name);
            throw new SlipwayException(ErrorKind.Conflict, $"remove {name}: volume is in use - [{string.Join(", ", users)}]")
            {
                Hint = $"a container still refers to it: see 'slip ps -a', then 'slip rm {users.FirstOrDefault()?[..12]}'",
            };
        }
        DeleteContent(name);
    }

    /// <summary>Whether a container refers to it.</summary>
    public bool IsUsed(string name) => _table.UsersOf(name).Count > 0;

    internal void RemoveAnonymousOf(string container)
    {
        List<VolumeRecord> volumes = _table.AnonymousOf(container);
        _table.RemoveUser(container);
        foreach (VolumeRecord volume in volumes)
        {
            if (_table.TryDelete(volume.Name))
                DeleteContent(volume.Name);
        }
    }

    internal void ReleaseUser(string container) => _table.RemoveUser(container);

    internal void AddUser(string volume, string container) => _table.AddUser(volume, container);

    private void DeleteContent(string name)
    {
        string directory = Path.GetDirectoryName(_table.PathOf(name))!;
        string trash = Path.Combine(_options.DataRoot, "trash", "volume-" + name);
        if (!Directory.Exists(directory))
            return;
        // Out of sight at once; the slow part follows.
        Directory.Move(directory, trash);
        Trees.Remove(trash);
    }

    // Docker's rule: [a-zA-Z0-9][a-zA-Z0-9_.-]+
    private static void CheckName(string name)
    {
        bool valid = name.Length is >= 2 and <= 255 && char.IsAsciiLetterOrDigit(name[0])
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');
        if (!valid)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"create {name}: \"{name}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path");
    }
}
