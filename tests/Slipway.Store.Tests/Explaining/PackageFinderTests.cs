using System.Buffers.Binary;
using System.Text;
using Slipway.Store.Explaining;
using Slipway.Store.Explaining.Packages;
using Slipway.Store.Tests.Archives;
using SQLitePCL;
using Xunit;

namespace Slipway.Store.Tests.Explaining;

public sealed class PackageFinderTests
{
    private static PackageAnswer Find(string path, TarBuilder layer)
    {
        TempTree.RequireRoot();
        using var store = new TempStore();
        return PathExplainer.Explain(store.Storage.Layers, LayeredImage.Make(store, ("COPY . /", layer.File(path[1..], "x").End())), path).Packages;
    }

    private static string[] Lines(PackageAnswer answer) => [.. answer.Found.Select(p => $"{p.Name} {p.Version} {p.Manager}")];

    [Fact]
    public void Dpkg_ListsAndStatus_GiveNameAndVersion()
    {
        TarBuilder Layer() => new TarBuilder()
            .File("var/lib/dpkg/info/libx:amd64.list", "/.\n/usr\n/usr/lib\n/usr/lib/x.so\n")
            .File("var/lib/dpkg/info/other.list", "/usr/lib/x.so.1\n/a/usr/lib/x.so\n")
            .File("var/lib/dpkg/info/old.list", "/lib/y.so")
            .File("var/lib/dpkg/status", "Package: libx\nArchitecture: i386\nVersion: 1\n\nPackage: libx\nStatus: ok\nVersion: 2:1.0-3\nArchitecture: amd64\n\nPackage: old\nVersion: 9\n");
        Assert.Equal(["libx:amd64 2:1.0-3 dpkg"], Lines(Find("/usr/lib/x.so", Layer())));
        Assert.Equal(["old 9 dpkg"], Lines(Find("/usr/lib/y.so", Layer()))); // from before /usr was merged
        Assert.Empty(Lines(Find("/usr/lib/z.so", Layer())));
    }

    [Fact]
    public void Dpkg_Distroless_GivesNameAndVersion() => Assert.Equal(["libc6 2.36 dpkg"], Lines(Find("/lib/libc.so.6", new TarBuilder()
        .File("var/lib/dpkg/status.d/libc6", "Package: libc6\nVersion: 2.36\n").File("var/lib/dpkg/status.d/libc6.md5sums", "d41d8cd98f00b204e9800998ecf8427e  lib/libc.so.6\n"))));

    [Fact]
    public void Apk_Installed_GivesNameAndVersion()
    {
        TarBuilder Layer() => new TarBuilder().File("lib/apk/db/installed", "C:Q1\nP:musl\nV:1.2.4-r2\nF:lib\nR:ld-musl.so\na:0:0:755\nF:usr/bin\nR:ldd\n\nP:busybox\nV:1.36\nF:bin\nR:busybox\nF:\nR:top");
        Assert.Equal(["musl 1.2.4-r2 apk"], Lines(Find("/usr/bin/ldd", Layer())));
        Assert.Equal(["busybox 1.36 apk"], Lines(Find("/bin/busybox", Layer())));
        Assert.Equal(["busybox 1.36 apk"], Lines(Find("/top", Layer())));
        Assert.Empty(Lines(Find("/bin/ldd", Layer())));
    }

    [Fact]
    public void Rpm_SqliteDatabase_GivesNameAndVersion()
    {
        byte[] database = RpmDatabase(400);
        TarBuilder Layer() => new TarBuilder().Header("var/lib/rpm/rpmdb.sqlite", '0', database.Length).Data(database);
        Assert.Equal(["package-7 1.0-7 rpm"], Lines(Find("/usr/share/package-7/file", Layer())));
        // A header of several pages.
        Assert.Equal(["large 1.0-1 rpm"], Lines(Find("/opt/large/file-4999", Layer())));
        Assert.Empty(Lines(Find("/usr/share/package-7/other", Layer())));
        Assert.Empty(Find("/usr/share/package-7/other", Layer()).Notes);
    }

    [Theory]
    [InlineData("var/lib/rpm/Packages", "of a form that is not read")]
    [InlineData("usr/lib/sysimage/rpm/Packages.db", "of a form that is not read")]
    [InlineData("var/lib/rpm/rpmdb.sqlite", "can't be read")]
    public void Rpm_Unreadable_IsSaid(string database, string note) =>
        Assert.Contains(note, Assert.Single(Find("/x", new TarBuilder().File(database, "this is no database of any kind, and long enough to be one: 0123456789012345678901234567890123456789")).Notes));

    [Fact]
    public void Databases_LinksAndDevices_AreNotFollowed()
    {
        PackageAnswer answer = Find("/x", new TarBuilder().Symlink("var/lib/dpkg/status", "/etc/passwd").Symlink("var/lib/dpkg/info", "/").Symlink("lib/apk/db/installed", "/etc/passwd")
            .Device("usr/lib/apk/db/installed", '3', 1, 5).Symlink("var/lib/rpm/rpmdb.sqlite", "/dev/zero").Header("usr/lib/sysimage/rpm/rpmdb.sqlite", '6'));
        Assert.Empty(answer.Found);
        Assert.Empty(answer.Notes);
    }

    [Fact]
    public void Dpkg_EndlessFile_IsRefusedBeforeItIsRead()
    {
        // A gigabyte of nothing, which takes no room: sparse, in PAX form 1.0.
        byte[] map = new byte[512];
        Encoding.ASCII.GetBytes("1\n1073741823\n1\n").CopyTo(map, 0);
        TarBuilder layer = new TarBuilder().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "var/lib/dpkg/info/a.list"), ("GNU.sparse.realsize", "1073741824"))
            .Header("ignored", '0', 513).Data([.. map, (byte)'x']);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("1024 MiB are more than the 64 that are read", Assert.Single(Find("/x", layer).Notes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Fact]
    public void Rpm_DamagedAnywhere_IsAnErrorOrAnAnswer()
    {
        byte[] whole = RpmDatabase(40);
        var random = new Random(1);
        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = (byte[])whole.Clone();
            for (int hits = random.Next(1, 20); hits > 0; hits--)
                damaged[random.Next(i % 3 == 0 ? 4096 : damaged.Length)] = (byte)random.Next(256);
            try
            {
                foreach (byte[] blob in new SqliteTable(new MemoryStream(damaged, 0, i % 5 == 0 ? random.Next(damaged.Length) : damaged.Length)).Blobs("Packages", 1, 1 << 20).Take(1000))
                {
                    var header = new RpmHeader(blob);
                    header.Has("/opt/large/"u8, "file-4999"u8);
                    _ = header.Package;
                }
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    // The real library writes it, with a page size that makes inner pages and overflow pages.
    private static byte[] RpmDatabase(int packages)
    {
        string path = Path.GetTempFileName();
        try
        {
            raw.SetProvider(new SQLite3Provider_sqlite3());
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(path, out sqlite3 database));
            using (database)
            {
                Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(database, "PRAGMA page_size=1024; BEGIN; CREATE TABLE Other(a); CREATE TABLE Packages(hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL); INSERT INTO Other VALUES(1)"));
                for (int i = 0; i < packages; i++)
                    Insert(database, Header($"package-{i}", "1.0", $"{i}", ["/usr/bin/", $"/usr/share/package-{i}/"], [(0, $"run-{i}"), (1, "file")]));
                Insert(database, Header("large", "1.0", "1", ["/opt/", "/opt/large/"], [.. Enumerable.Range(0, 5000).Select(i => (1, $"file-{i}"))]));
                Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(database, "COMMIT"));
            }
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Insert(sqlite3 database, byte[] blob)
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_prepare_v2(database, "INSERT INTO Packages(blob) VALUES(?)", out sqlite3_stmt statement));
        using (statement)
        {
            raw.sqlite3_bind_blob(statement, 1, blob);
            Assert.Equal(raw.SQLITE_DONE, raw.sqlite3_step(statement));
        }
    }

    private static byte[] Header(string name, string version, string release, string[] directories, (int Directory, string Name)[] files)
    {
        var data = new MemoryStream();
        var index = new MemoryStream();
        void Entry(int tag, int type, int count, byte[] bytes)
        {
            foreach (int number in (int[])[tag, type, (int)data.Length, count])
                index.Write(Number(number));
            data.Write(bytes);
        }
        Entry(1000, 6, 1, Strings(name));
        Entry(1001, 6, 1, Strings(version));
        Entry(1002, 6, 1, Strings(release));
        data.Write(new byte[-(int)data.Length & 3]);
        Entry(1116, 4, files.Length, [.. files.SelectMany(f => Number(f.Directory))]);
        Entry(1117, 8, files.Length, Strings([.. files.Select(f => f.Name)]));
        Entry(1118, 8, directories.Length, Strings(directories));
        return [.. Number((int)index.Length / 16), .. Number((int)data.Length), .. index.ToArray(), .. data.ToArray()];
    }

    private static byte[] Strings(params string[] texts) => [.. texts.SelectMany(t => Encoding.UTF8.GetBytes(t + "\0"))];

    private static byte[] Number(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
