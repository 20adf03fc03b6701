using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Metadata;
using Xunit;

namespace Slipway.Store.Tests.Metadata;

public sealed class DatabaseTests : IDisposable
{
    private static readonly string[] s_first = ["CREATE TABLE t(x INTEGER PRIMARY KEY)"];
    private readonly DirectoryInfo _dir = Directory.CreateTempSubdirectory("slipway-test-");

    private string File => Path.Join(_dir.FullName, "slipway.db");

    public void Dispose() => _dir.Delete(recursive: true);

    [Fact]
    public void Migrate_NewSteps_RunOnceEach()
    {
        using (var db = new Database(File))
        {
            db.Migrate("room", s_first);
            db.Migrate("room", s_first);
            db.Execute("INSERT INTO t VALUES(1)");
        }
        using var again = new Database(File);
        again.Migrate("room", [.. s_first, "ALTER TABLE t ADD COLUMN y TEXT DEFAULT 'new'"]);
        Assert.Equal(["new"], again.Query("SELECT y FROM t", r => r.GetString(0)));
    }

    [Fact]
    public void Execute_ManyProcessesWithOneCommitEach_TheLogStaysSmall()
    {
        using (var db = new Database(File))
            db.Migrate("room", ["CREATE TABLE t(x INTEGER PRIMARY KEY, y BLOB)"]);
        for (int i = 0; i < 400; i++)
        {
            // As a process: it is the only one that has the file open, and ends.
            using var db = new Database(File);
            db.InTransaction(() => db.Execute("INSERT INTO t VALUES($i, zeroblob(12000))", ("$i", i)));
        }
        Assert.InRange(new FileInfo(File + "-wal").Length, 1, 2 << 20);
        using var all = new Database(File);
        Assert.Equal(400, all.Query("SELECT count(*) FROM t", static r => r.GetInt32(0))[0]);
        Assert.Equal("ok", all.Query("PRAGMA integrity_check", static r => r.GetString(0))[0]);
    }

    [Fact]
    public void Migrate_StepFails_LeavesNothingOfIt()
    {
        using var db = new Database(File);
        Assert.ThrowsAny<SlipwayException>(() => db.Migrate("room", ["CREATE TABLE a(x)", "not sql"]));
        db.Migrate("room", ["CREATE TABLE a(x)"]);
        Assert.Equal(0, db.Query("SELECT count(*) FROM a", r => r.GetInt32(0))[0]);
    }

    [Fact]
    public void Migrate_StoreOfANewerProgram_IsRefused()
    {
        using (var newer = new Database(File))
            newer.Migrate("room", [.. s_first, "CREATE TABLE later(x)"]);
        using var db = new Database(File);
        var e = Assert.Throws<SlipwayException>(() => db.Migrate("room", s_first));
        Assert.Equal(ErrorKind.NotSupported, e.Kind);
    }

    [Fact]
    public void InTransaction_BodyThrows_RollsBackAndGoesOn()
    {
        using var db = new Database(File);
        db.Migrate("room", s_first);
        Assert.Throws<InvalidOperationException>(() => db.InTransaction(() =>
        {
            db.Execute("INSERT INTO t VALUES(1)");
            throw new InvalidOperationException();
        }));
        db.InTransaction(() => db.Execute("INSERT INTO t VALUES(2)"), durable: true);
        Assert.Equal([2], db.Query("SELECT x FROM t", r => r.GetInt32(0)));
    }

    [Fact]
    public void InTransaction_InsideAnother_SharesItsFate()
    {
        using var db = new Database(File);
        db.Migrate("room", s_first);
        Assert.Throws<InvalidOperationException>(() => db.InTransaction(() =>
        {
            db.InTransaction(() => db.Execute("INSERT INTO t VALUES(1)"), durable: true);
            throw new InvalidOperationException();
        }));
        Assert.Empty(db.Query("SELECT x FROM t", r => r.GetInt32(0)));
    }

    [Fact]
    public void InTransaction_ManyConnectionsAtOnce_LoseNoUpdate()
    {
        using var db = new Database(File);
        db.Migrate("room", ["CREATE TABLE n(value INTEGER)", "INSERT INTO n VALUES(0)"]);
        Parallel.For(0, 4, _ =>
        {
            using var mine = new Database(File);
            for (int i = 0; i < 25; i++)
            {
                mine.InTransaction(() =>
                {
                    long value = mine.Query("SELECT value FROM n", r => r.GetInt64(0))[0];
                    mine.Execute("UPDATE n SET value = @v", ("@v", value + 1));
                });
            }
        });
        Assert.Equal([100L], db.Query("SELECT value FROM n", r => r.GetInt64(0)));
    }

    [Fact]
    public void Open_ManyProcessesMakeItAtOnce_AllSucceed()
    {
        Parallel.For(0, 8, i =>
        {
            using var db = new Database(File);
            db.Migrate("room", s_first);
            db.Execute("INSERT INTO t VALUES(@i)", ("@i", i));
        });
        using var all = new Database(File);
        Assert.Equal(8, all.Query("SELECT x FROM t", r => r.GetInt32(0)).Count);
    }

    // A lock is the process's, and goes with the first descriptor of the file that it closes (fcntl(2)): another process could then take the log away.
    [Fact]
    public void Open_AnotherInTheSameProcess_LeavesTheFirstItsLocks()
    {
        using var first = new Database(File);
        first.Migrate("room", s_first);
        Assert.NotEqual(0, Locks());
        using (var second = new Database(File))
            second.Execute("INSERT INTO t VALUES(1)");
        Assert.NotEqual(0, Locks());
        Assert.Equal([1], first.Query("SELECT x FROM t", r => r.GetInt32(0)));
    }

    [Fact]
    public void Open_NewFile_IsItsOwnersAlone()
    {
        using var db = new Database(File);
        db.Migrate("room", s_first);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    // This process's on the database file: "1: POSIX  ADVISORY  READ 123 fe:00:456 …".
    private int Locks()
    {
        using DirFd directory = DirFd.Open(_dir.FullName);
        string inode = $":{directory.Status("slipway.db"u8).Inode} ";
        return System.IO.File.ReadLines("/proc/locks").Count(line => line.Contains(inode, StringComparison.Ordinal) && line.Contains($" {Environment.ProcessId} ", StringComparison.Ordinal));
    }

    [Fact]
    public void Query_InsideAnotherOfTheSameText_KeepsBoth()
    {
        using var db = new Database(File);
        db.Migrate("room", s_first);
        db.Execute("INSERT INTO t VALUES(1),(2)");
        List<int> counts = db.Query("SELECT x FROM t", r => db.Query("SELECT x FROM t", q => q.GetInt32(0)).Count);
        Assert.Equal([2, 2], counts);
    }

    [Fact]
    public void Open_NotADatabase_SaysCorrupt()
    {
        System.IO.File.WriteAllText(File, new string('x', 4096));
        using var db = new Database(File);
        Assert.Equal(ErrorKind.Corrupt, Assert.ThrowsAny<SlipwayException>(() => db.Migrate("room", s_first)).Kind);
    }

    [Fact]
    public void Execute_AfterDispose_Throws()
    {
        var db = new Database(File);
        db.Dispose();
        Assert.Throws<ObjectDisposedException>(() => db.Execute("SELECT 1"));
    }
}
