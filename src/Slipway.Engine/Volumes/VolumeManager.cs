using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Engine.Protecting;
using Slipway.Oci;
using Slipway.Store.Metadata;

namespace Slipway.Engine.Volumes;

/// <summary>Volumes: what must outlive a container.</summary>
public sealed class VolumeManager
{
    private const string BinPrefix = "volume-";
    private readonly VolumeTable _table;
    private readonly EngineOptions _options;
    private readonly RemovalBin _bin;
    private readonly VolumeTrash _trash;
    private readonly ProtectionTable _protections;

    internal VolumeManager(VolumeTable table, EngineOptions options, RemovalBin bin, Database database)
    {
        _table = table;
        _options = options;
        _bin = bin;
        _trash = new(new(database), options, table);
        _protections = new(database);
    }

    /// <summary>Told of what happens to volumes, within the transaction in which it does.</summary>
    internal Action<string, string>? Happened { get; set; }

    /// <summary>Makes a volume; one that is there already is returned as it is. A null name makes an anonymous one.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: the name can't be a volume's.</exception>
    public VolumeRecord Create(string? name, IReadOnlyDictionary<string, string>? labels = null, IReadOnlyDictionary<string, string>? options = null)
    {
        bool anonymous = name is null;
        name ??= RandomBytes.Hex256();
        CheckName(name);
        return _table.Find(name) ?? _table.InTransaction(() => CreateNew(name, labels ?? new Dictionary<string, string>(), anonymous, options ?? new Dictionary<string, string>()));
    }

    // Under the write lock nobody else is between a directory and its row, so what has no row was left by a killed process.
    private VolumeRecord CreateNew(string name, IReadOnlyDictionary<string, string> labels, bool anonymous, IReadOnlyDictionary<string, string> options)
    {
        RemoveEmptyWithoutRow();
        // The directory first: a row never promises one that isn't there.
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        string data = _table.PathOf(name);
        if (!Directory.Exists(data))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(data)!, Private);
            Directory.CreateDirectory(data, Private | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }
        Happened?.Invoke(name, "create");
        _table.TryInsert(name, _options.Clock.GetUtcNow(), labels, anonymous, options);
        return Get(name);
    }

    /// <summary>Makes a volume out of a directory that is filled already, by a rename: it is there as a whole, or not at all.</summary>
    /// <exception cref="SlipwayException">Conflict: there is one of that name; InvalidArgument: the name can't be a volume's.</exception>
    internal VolumeRecord Adopt(string name, IReadOnlyDictionary<string, string> labels, LockedDirectory filled)
    {
        CheckName(name);
        return _table.InTransaction(() =>
        {
            if (_table.Find(name) is not null)
                throw new SlipwayException(ErrorKind.Conflict, $"there is a volume {name} already");
            RemoveEmptyWithoutRow();
            using DirFd volumes = DirFd.Open(_options.StorePaths.Volumes);
            if (!filled.TryMoveTo(volumes, Encoding.UTF8.GetBytes(name)))
                throw new SlipwayException(ErrorKind.Conflict, $"there is a directory {_table.DirectoryOf(name)} already, which no volume has");
            Happened?.Invoke(name, "create");
            _table.TryInsert(name, _options.Clock.GetUtcNow(), labels, anonymous: false, new Dictionary<string, string>());
            return Get(name);
        });
    }

    // Never what holds a file: a database that was lost must not take the volumes' content with it.
    private void RemoveEmptyWithoutRow()
    {
        HashSet<string> known = [.. _table.List().Select(v => v.Name)];
        using DirFd volumes = DirFd.Open(_options.StorePaths.Volumes);
        foreach (DirEntry entry in volumes.List().Where(e => !known.Contains(Encoding.UTF8.GetString(e.Name))))
        {
            using DirFd? volume = volumes.TryOpenDirectory(entry.Name);
            try
            {
                volume?.TryRemoveDirectory("_data"u8);
                volumes.TryRemoveDirectory(entry.Name);
            }
            catch (LinuxException e) when (e.Errno is Errno.ENOTEMPTY or Errno.ENOTDIR)
            {
            }
        }
    }

    /// <summary>Where a volume of that name has its files, or would have them.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: the name can't be a volume's.</exception>
    internal string PathOf(string name)
    {
        CheckName(name);
        return _table.PathOf(name);
    }

    /// <summary>The volume of that name.</summary>
    /// <exception cref="SlipwayException">NotFound.</exception>
    public VolumeRecord Get(string name) => _table.Find(name) ?? throw new SlipwayException(ErrorKind.NotFound, $"no such volume: {name}");

    /// <summary>The volume; null where there is none of that name.</summary>
    public VolumeRecord? Find(string name) => _table.Find(name);

    /// <summary>All volumes, by name.</summary>
    public IReadOnlyList<VolumeRecord> List() => _table.List();

    /// <summary>Removes a volume and its content: to the trash, from where it can be brought back.</summary>
    /// <param name="name">Which.</param>
    /// <param name="force">No error where there is none of that name.</param>
    /// <param name="purge">Not to the trash: it is gone for good, and its disk is free.</param>
    /// <exception cref="SlipwayException">NotFound, or Conflict: a container uses it, or it is protected.</exception>
    public void Remove(string name, bool force = false, bool purge = false)
    {
        ProtectionManager.Check(_protections, ProtectedKind.Volume, name, name);
        DateTimeOffset? expires = purge || _options.Trash.Age <= TimeSpan.Zero ? null : _options.Clock.GetUtcNow() + _options.Trash.Age;
        if (_table.Find(name) is null)
        {
            if (force)
                return;
            throw new SlipwayException(ErrorKind.NotFound, $"no such volume: {name}");
        }
        if (!TryDelete(name, null, expires))
        {
            List<string> users = _table.UsersOf(name);
            throw new SlipwayException(ErrorKind.Conflict, $"remove {name}: volume is in use - [{string.Join(", ", users)}]")
            {
                Hint = $"a container still refers to it: see 'slip ps -a', then 'slip rm {users.FirstOrDefault()?[..12]}'",
            };
        }
        _bin.Empty(BinName(name));
    }

    /// <summary>
    /// Puts a volume back whose removal was cut off before its row was gone, which comes last. Takes an entry of the bin.
    /// </summary>
    /// <returns>Whether it was one.</returns>
    internal bool Restore(string removed)
    {
        if (removed.StartsWith(VolumeTrash.BinPrefix, StringComparison.Ordinal))
            return _table.InTransaction(() => _trash.RestoreTrashed(removed, _bin.PathOf(removed)));
        if (!removed.StartsWith(BinPrefix, StringComparison.Ordinal))
            return false;
        string name = removed[BinPrefix.Length..];
        return _table.InTransaction(() => _trash.Restore(name, _bin.PathOf(removed)));
    }

    /// <summary>Puts right what a killed removal or return has left in the trash.</summary>
    internal void SweepTrash() => _trash.Sweep(_bin);

    /// <summary>Brings a volume back from the trash; false where another has its name by now.</summary>
    internal bool GiveBack(string place) => _trash.GiveBack(place, name => Happened?.Invoke(name, "create"));

    /// <summary>Removes a volume in the trash for good.</summary>
    internal void RemoveTrashed(string place) => _trash.Remove(place, _bin);

    /// <summary>How many containers refer to it.</summary>
    public int CountUsers(string name) => _table.UsersOf(name).Count;

    /// <summary>The containers that refer to it.</summary>
    internal IReadOnlyList<string> UsersOf(string name) => _table.UsersOf(name);

    /// <summary>When each volume was last mounted, by name; one that never was is not there.</summary>
    internal IReadOnlyDictionary<string, DateTimeOffset> LastUses() => _table.LastUses();

    /// <summary>Takes a container's anonymous volumes away, but protected ones; what comes back is to be given to <see cref="Discard"/> when that is committed.</summary>
    /// <param name="container">Whose.</param>
    /// <param name="expires">Until when they can be brought back with it; null: not at all.</param>
    internal IReadOnlyList<string> RemoveAnonymousOf(string container, DateTimeOffset? expires) => _table.InTransaction<IReadOnlyList<string>>(() =>
    {
        List<VolumeRecord> volumes = _table.AnonymousOf(container);
        _table.RemoveUser(container);
        return [.. volumes.Select(v => v.Name).Where(name => !_protections.Contains(ProtectedKind.Volume, name) && TryDelete(name, container, expires))];
    });

    /// <summary>Removes the content of volumes that are gone already.</summary>
    internal void Discard(IReadOnlyList<string> volumes)
    {
        foreach (string name in volumes)
            _bin.Empty(BinName(name));
    }

    /// <summary>Notes when a container, which goes now, last had its volumes mounted.</summary>
    internal void SetUsedBy(string container, DateTimeOffset time) => _table.SetUsedBy(container, time);

    internal void ReleaseUser(string container) => _table.RemoveUser(container);

    internal void AddUser(string volume, string container) => _table.AddUser(volume, container);

    // Out of sight by a rename before the row is gone for good: killed in between, the next slip puts it back (Restore).
    private bool TryDelete(string name, string? container, DateTimeOffset? expires) => _table.InTransaction(() =>
    {
        if (_table.UsersOf(name).Count > 0)
            return false;
        if (expires is { } until)
            _trash.Take(name, container, until);
        if (!_table.TryDelete(name))
            return false;
        if (expires is null)
            _bin.Take(_table.DirectoryOf(name), BinName(name));
        Happened?.Invoke(name, "destroy");
        return true;
    });

    private static string BinName(string volume) => BinPrefix + volume;

    // Docker's rule: [a-zA-Z0-9][a-zA-Z0-9_.-]+
    private static void CheckName(string name)
    {
        if (name.Length == 1)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"create {name}: volume name is too short, names should be at least two alphanumeric characters");
        bool valid = name.Length is >= 2 and <= 255 && char.IsAsciiLetterOrDigit(name[0])
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');
        if (!valid)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"create {name}: \"{name}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path");
    }
}
