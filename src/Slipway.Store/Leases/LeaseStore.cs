using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Gc;
using Slipway.Store.Metadata;

namespace Slipway.Store.Leases;

// Tables (room "leases"):
//   leases(id, what, created)             one row a running operation; id names the lock file leases/ID, flocked while its process lives
//   lease_items(lease, kind, digest)      kind 0: blob, 1: layer by chain id
//   layer_users(user, chain_id)           permanent pins, named by whoever uses the layer: "container/ID"
//   boot(id)                              the kernel's boot id when the store was last opened

/// <summary>What may not be collected although no image refers to it: leases for a while, pins for good.</summary>
public sealed class LeaseStore
{
    internal const int Blob = 0;
    internal const int Layer = 1;

    private static readonly string[] s_steps =
    [
        """
        CREATE TABLE leases(id TEXT PRIMARY KEY, what TEXT NOT NULL, created INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE lease_items(lease TEXT NOT NULL REFERENCES leases(id) ON DELETE CASCADE, kind INTEGER NOT NULL, digest TEXT NOT NULL,
            PRIMARY KEY(lease, kind, digest)) WITHOUT ROWID;
        CREATE TABLE layer_users(user TEXT NOT NULL, chain_id TEXT NOT NULL, PRIMARY KEY(user, chain_id)) WITHOUT ROWID;
        CREATE INDEX layer_users_by_layer ON layer_users(chain_id);
        CREATE TABLE boot(id TEXT NOT NULL);
        """,
    ];

    private readonly StorePaths _paths;
    private readonly Database _database;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly List<Lease> _held = [];

    internal LeaseStore(StorePaths paths, Database database, TimeProvider clock)
    {
        _paths = paths;
        _database = database;
        _clock = clock;
        _database.Migrate("leases", s_steps);
    }

    /// <summary>Begins an operation whose products must not be collected.</summary>
    /// <param name="what">Said to a person who asks what is running: <c>build</c>, <c>load</c>.</param>
    public Lease Acquire(string what)
    {
        // The lock first: a row without one is a dead process's.
        (string id, SafeFd @lock) = CreateLock();
        var lease = new Lease(this, id, @lock);
        try
        {
            _database.Execute("INSERT INTO leases(id, what, created) VALUES(@id, @what, @now)", ("@id", id), ("@what", what), ("@now", _clock.GetUtcNow().ToUnixTimeMilliseconds()));
        }
        catch
        {
            RemoveLock(lease);
            throw;
        }
        lock (_gate)
            _held.Add(lease);
        return lease;
    }

    /// <summary>A lease, where this process holds none: staging without one would be swept by others.</summary>
    internal Lease? AcquireUnlessHeld(string what)
    {
        lock (_gate)
        {
            if (_held.Count > 0)
                return null;
        }
        return Acquire(what);
    }

    /// <summary>Pins layers for as long as <paramref name="user"/> exists: <c>container/ID</c>. Adds to what it has pinned before.</summary>
    public void Pin(string user, IEnumerable<Digest> chainIds) => _database.InTransaction(() =>
    {
        foreach (Digest chainId in chainIds)
            _database.Execute("INSERT OR IGNORE INTO layer_users(user, chain_id) VALUES(@user, @chain)", ("@user", user), ("@chain", chainId));
    });

    /// <summary>Gives up everything that <paramref name="user"/> has pinned. The layers stay until the next collection.</summary>
    public void Unpin(string user) => _database.Execute("DELETE FROM layer_users WHERE user = @user", ("@user", user));

    /// <summary>Hands everything that one user has pinned to another.</summary>
    public void HandOverPins(string from, string to) => _database.Execute("UPDATE OR REPLACE layer_users SET user = @to WHERE user = @from", ("@from", from), ("@to", to));

    /// <summary>Who has pinned a layer.</summary>
    public IReadOnlyList<string> UsersOf(Digest chainId) =>
        _database.Query("SELECT user FROM layer_users WHERE chain_id = @chain ORDER BY user", static r => r.GetString(0), ("@chain", chainId));

    /// <summary>Every pin.</summary>
    public IReadOnlyList<(string User, Digest ChainId)> Pins() =>
        _database.Query("SELECT user, chain_id FROM layer_users", static r => (r.GetString(0), Digest.Parse(r.GetString(1))));

    /// <summary>Puts blobs under every lease that this process holds, whether they are there yet or not: hold first, then look.</summary>
    public void Hold(IEnumerable<Digest> blobs) => _database.InTransaction(() =>
    {
        foreach (Digest blob in blobs)
            HoldBlob(blob);
    });

    /// <summary>What a lease holds.</summary>
    internal Suspects ItemsOf(Lease lease)
    {
        List<(int Kind, Digest Digest)> items = _database.Query(
            "SELECT kind, digest FROM lease_items WHERE lease = @lease", static r => (r.GetInt32(0), r.GetDigest(1)), ("@lease", lease.Id));
        return new Suspects([.. items.Where(i => i.Kind == Blob).Select(i => i.Digest)], [.. items.Where(i => i.Kind == Layer).Select(i => i.Digest)]);
    }

    /// <summary>Puts a blob under every lease that this process holds. Called before the blob appears or is relied on.</summary>
    internal void HoldBlob(Digest digest) => Hold(Blob, digest);

    /// <summary>Puts a layer under every lease that this process holds. Called before the layer appears or is relied on.</summary>
    internal void HoldLayer(Digest chainId) => Hold(Layer, chainId);

    internal void Add(string lease, int kind, Digest digest)
    {
        // A lease that another thread has just released takes nothing more.
        _database.Execute(
            "INSERT OR IGNORE INTO lease_items(lease, kind, digest) SELECT @lease, @kind, @digest WHERE EXISTS(SELECT 1 FROM leases WHERE id = @lease)",
            ("@lease", lease), ("@kind", kind), ("@digest", digest));
    }

    internal void Release(Lease lease)
    {
        lock (_gate)
            _held.Remove(lease);
        _database.Execute("DELETE FROM leases WHERE id = @id", ("@id", lease.Id));
        RemoveLock(lease);
    }

    /// <summary>Leaves a lease to another process, which has been given its lock; it calls <see cref="ReleaseHandedOver"/>, or dies and leaves it stale.</summary>
    internal void HandOver(Lease lease)
    {
        lock (_gate)
            _held.Remove(lease);
        lease.Lock.Dispose();
    }

    /// <summary>Ends a lease that another process began and left to this one.</summary>
    internal void ReleaseHandedOver(string id)
    {
        _database.Execute("DELETE FROM leases WHERE id = @id", ("@id", id));
        File.Delete(LockPath(id));
    }

    /// <summary>Whether a process has died in the middle of its work, or the machine has started anew: then there may be garbage.</summary>
    internal bool HasStale() => WasRebooted() || LockNames().Any(IsStale);

    /// <summary>Drops the leases of processes that are gone.</summary>
    internal void DropStale()
    {
        string now = ReadBootId();
        _database.InTransaction(() =>
        {
            _database.Execute("DELETE FROM boot");
            _database.Execute("INSERT INTO boot(id) VALUES(@id)", ("@id", now));
        });
        foreach (string id in _database.Query("SELECT id FROM leases", static r => r.GetString(0)).Union(LockNames()).ToList())
        {
            if (IsHeldHere(id))
                continue;
            using SafeFd? @lock = TryOpenLock(id);
            if (@lock is not null && !@lock.TryLock())
                continue;
            _database.Execute("DELETE FROM leases WHERE id = @id", ("@id", id));
            // Under its lock: whoever has just made it sees that it is gone, and makes another.
            File.Delete(LockPath(id));
        }
    }

    /// <summary>When the oldest running operation began, in milliseconds since 1970; null when none is running.</summary>
    internal long? OldestStart()
    {
        long[] running = [.. _database.Query("SELECT id, created FROM leases", static r => (Id: r.GetString(0), Created: r.GetInt64(1))).Where(l => !IsStale(l.Id)).Select(l => l.Created)];
        return running.Length == 0 ? null : running.Min();
    }

    private void Hold(int kind, Digest digest)
    {
        Lease[] held;
        lock (_gate)
            held = [.. _held];
        foreach (Lease lease in held)
            Add(lease.Id, kind, digest);
    }

    private (string Id, SafeFd Lock) CreateLock()
    {
        while (true)
        {
            string id = Guid.NewGuid().ToString("N");
            SafeFd file = FileDescriptor.Open(LockPath(id), OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Exclusive, 0x180 /* 0600 */);
            // Another may have found it without its lock, and have taken it for a dead process's.
            if (file.TryLock() && file.Status().Links > 0)
                return (id, file);
            File.Delete(LockPath(id));
            file.Dispose();
        }
    }

    private void RemoveLock(Lease lease)
    {
        File.Delete(LockPath(lease.Id));
        lease.Lock.Dispose();
    }

    private IEnumerable<string> LockNames() => Directory.EnumerateFiles(_paths.LeaseLocks).Select(static path => Path.GetFileName(path));

    private bool IsHeldHere(string id)
    {
        lock (_gate)
            return _held.Exists(l => l.Id == id);
    }

    private bool IsStale(string id)
    {
        if (IsHeldHere(id))
            return false;
        using SafeFd? file = TryOpenLock(id);
        return file is null || file.TryLock();
    }

    private SafeFd? TryOpenLock(string id)
    {
        try
        {
            return FileDescriptor.Open(LockPath(id), OpenFlags.ReadOnly | OpenFlags.NoFollow);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            return null;
        }
    }

    // Blobs and layers are synced when an image comes to refer to them. What no image refers to may be torn after a power cut,
    // so the first to open the store after a start of the machine has it collected.
    private bool WasRebooted()
    {
        List<string> before = _database.Query("SELECT id FROM boot", static r => r.GetString(0));
        return before.Count != 1 || before[0] != ReadBootId();
    }

    private static string ReadBootId() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    private string LockPath(string id) => Path.Join(_paths.LeaseLocks, id);
}
