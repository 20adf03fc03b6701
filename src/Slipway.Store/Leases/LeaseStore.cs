using Slipway.Oci;
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
        string id = Guid.NewGuid().ToString("N");
        // The lock first: a row without one is a dead process's.
        var @lock = new FileStream(LockPath(id), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        var lease = new Lease(this, id, @lock);
        _database.Execute("INSERT INTO leases(id, what, created) VALUES(@id, @what, @now)", ("@id", id), ("@what", what), ("@now", _clock.GetUtcNow().ToUnixTimeMilliseconds()));
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

    /// <summary>Who has pinned a layer.</summary>
    public IReadOnlyList<string> UsersOf(Digest chainId) =>
        _database.Query("SELECT user FROM layer_users WHERE chain_id = @chain ORDER BY user", static r => r.GetString(0), ("@chain", chainId));

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
    }

    /// <summary>Drops the leases of processes that are gone.</summary>
    /// <returns>Whether there was one, or the machine has started anew since: then there may be garbage.</returns>
    internal bool DropStale()
    {
        bool rebooted = NoteBoot();
        bool dropped = false;
        foreach (string id in _database.Query("SELECT id FROM leases", static r => r.GetString(0)))
        {
            if (!IsStale(id))
                continue;
            dropped |= _database.Execute("DELETE FROM leases WHERE id = @id", ("@id", id)) > 0;
            File.Delete(LockPath(id));
        }
        return rebooted || dropped;
    }

    /// <summary>When the oldest running operation began, in milliseconds since 1970; null when none is running.</summary>
    internal long? OldestStart() =>
        _database.Query("SELECT min(created) FROM leases", static r => r.IsDBNull(0) ? (long?)null : r.GetInt64(0))[0];

    private void Hold(int kind, Digest digest)
    {
        Lease[] held;
        lock (_gate)
            held = [.. _held];
        foreach (Lease lease in held)
            Add(lease.Id, kind, digest);
    }

    private bool IsStale(string id)
    {
        lock (_gate)
        {
            if (_held.Exists(l => l.Id == id))
                return false;
        }
        try
        {
            // .NET's FileShare.None is flock(LOCK_EX | LOCK_NB): the kernel drops it with the process, in whichever pid namespace that was.
            using var @lock = new FileStream(LockPath(id), FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 0);
            return true;
        }
        catch (FileNotFoundException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    // Blobs and layers are synced when an image comes to refer to them. What no image refers to may be torn after a power cut,
    // so the first to open the store after a start of the machine has it collected.
    private bool NoteBoot()
    {
        string now = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        List<string> before = _database.Query("SELECT id FROM boot", static r => r.GetString(0));
        if (before.Count == 1 && before[0] == now)
            return false;
        _database.InTransaction(() =>
        {
            _database.Execute("DELETE FROM boot");
            _database.Execute("INSERT INTO boot(id) VALUES(@id)", ("@id", now));
        });
        return before.Count > 0;
    }

    private string LockPath(string id) => Path.Join(_paths.LeaseLocks, id);
}
