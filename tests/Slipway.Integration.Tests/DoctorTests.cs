using System.Text.Json;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>What the doctor must say, and what it must not: a false alarm makes the true ones unread.</summary>
public sealed class DoctorTests
{
    private const string Sqlite = "printf 'SQLite format 3\\000' > ", Bolt = "printf '0123456789abcdef\\355\\332\\014\\355' > ", Lmdb = "printf '0123456789abcdef\\336\\300\\357\\276' > ";

    // What a container of some image writes, and whose data that is.
    public static TheoryData<string, string> MustWarn => new()
    {
        { Sqlite + "/app/data.db", "SQLite" }, { Sqlite + "/srv/state", "SQLite" }, { Sqlite + "/home/user/.config/app/app.sqlite3", "SQLite" }, { Sqlite + "/var/lib/grafana/grafana.db", "Grafana" },
        { "echo 15 > /pg/PG_VERSION", "PostgreSQL" }, { "echo 17 > /var/lib/postgresql/data/PG_VERSION", "PostgreSQL" }, { "echo > /var/lib/postgresql/17/main/base", "PostgreSQL" },
        { "echo > /var/lib/mysql/ibdata1", "MySQL" }, { "echo > /database/ibdata1", "InnoDB" }, { "echo > /var/lib/mariadb/aria_log", "MariaDB" }, { "echo > /data/db/WiredTiger.wt", "MongoDB" }, { "echo > /mongo/WiredTiger.wt", "MongoDB" },
        { "printf REDIS0011 > /data/dump.rdb", "Redis" }, { "echo > /data/appendonly.aof", "Redis" }, { Bolt + "/opt/app/store.bolt", "BoltDB" }, { Lmdb + "/opt/app/data.mdb", "LMDB" },
        { "echo MANIFEST-000001 > /opt/app/kv/CURRENT", "LevelDB" }, { "echo > /var/jenkins_home/config.xml", "Jenkins" }, { "echo > /var/www/html/wp-content/uploads/a.jpg", "WordPress" },
        { "echo > /var/lib/registry/blob", "registry" }, { "echo > /etc/letsencrypt/live/key.pem", "certificates" }, { "echo > /var/lib/rabbitmq/mnesia/x", "RabbitMQ" }, { "echo > /prometheus/wal", "Prometheus" },
        { "echo > /var/opt/mssql/data/master.mdf", "SQL Server" }, { "echo > /var/lib/elasticsearch/node", "Elasticsearch" }, { "echo > /var/lib/influxdb2/engine", "InfluxDB" },
    };

    public static TheoryData<string> MustNotWarn => new(
    [
        "echo > /tmp/file", Sqlite + "/tmp/scratch.db", Sqlite + "/var/tmp/x.db", Sqlite + "/run/state.db", Sqlite + "/var/cache/app/cache.db", Sqlite + "/root/.cache/pip/selfcheck.db", Sqlite + "/home/u/.cache/x/places.sqlite",
        Sqlite + "/var/lib/rpm/rpmdb.sqlite", Sqlite + "/usr/lib/sysimage/rpm/rpmdb.sqlite", Sqlite + "/var/lib/dnf/history.sqlite", Sqlite + "/var/lib/PackageKit/transactions.db", Sqlite + "/app/node_modules/pkg/fixture.db",
        Sqlite + "/usr/lib/python3/dist-packages/test.db", Sqlite + "/opt/venv/lib/python3.11/site-packages/data.db", Sqlite + "/app/tmp/test.sqlite3", Sqlite + "/app/.pytest_cache/v.db", Sqlite + "/root/.npm/index.db", Sqlite + "/var/lib/command-not-found/commands.db",
        "echo > /var/log/app.log", "echo > /app/server.log", "echo > /var/log/postgresql/main", "echo > /var/run/app.pid", "echo > /app/worker.pid", "echo > /var/lib/dpkg/status", "echo > /var/lib/apt/lists/x", "echo > /lib/apk/db/installed",
        "echo > /etc/resolv", "echo > /etc/app.conf", "echo > /app/main.pyc", "mkdir -p /app/__pycache__; echo > /app/__pycache__/x.pyc", "echo text > /data/readme.txt", "echo > /srv/index.html", "echo not-a-version > /x/PG_VERSION",
        "echo CURRENT > /app/CURRENT", "echo SQLite > /app/notes.txt", "echo REDIS > /app/notes", "echo > /usr/local/bin/tool", "echo > /home/user/.bash_history", "echo > /root/.bashrc", "rm -f /etc/passwd", "mkdir -p /var/lib/mysql", "ln -s /elsewhere /var/lib/app",
        "mkfifo /app/pipe", "chmod 700 /etc", "touch /etc/group", "true",
    ]);

    [Theory]
    [MemberData(nameof(MustWarn))]
    public void DurableData_InTheWritableLayer_IsNamedWithTheFix(string write, string whose)
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "--name", "db", "busybox", "sh", "-ec", $"mkdir -p $(dirname '{write[(write.LastIndexOf(' ') + 1)..]}'); {write}");
        Slip.Result said = slip.Run("doctor", "db");
        Assert.Equal(1, said.ExitCode);
        Assert.Contains(whose, said.Output, StringComparison.Ordinal);
        // The fix is a command that works as it stands.
        string[] fix = said.Output.Split('\n')[1].Trim().Split(' ');
        Assert.Equal("slip", fix[0]);
        slip.Ok(fix[1..]);
        Assert.Equal($"true", slip.Ok("volume", "ls", "-q") == fix[^1] ? "true" : slip.Ok("volume", "ls", "-q"));
    }

    [Theory]
    [MemberData(nameof(MustNotWarn))]
    public void WhatIsNoData_IsNotSpokenOf(string write)
    {
        using Slip slip = Slip.WithBusybox();
        string last = write.Split(' ')[^1];
        slip.Run("run", "--name", "app", "busybox", "sh", "-c", $"mkdir -p $(dirname '{last}'); {write}");
        Slip.Result said = slip.Run("doctor", "app");
        Assert.Equal("nothing is wrong", said.Output.Trim());
        Assert.Equal(0, said.ExitCode);
    }

    [Fact]
    public void AnonymousVolumes_HiddenFiles_UnboundedLogs_OpenPorts_EachOnce()
    {
        using Slip slip = Slip.WithBusybox();
        string empty = Directory.CreateDirectory(Path.Combine(slip.Scratch, "empty")).FullName;
        slip.Ok("create", "--name", "bad", "-v", "/anonymous", "-v", $"{empty}:/etc", "--log-opt", "max-size=-1", "-p", "6379:6379", "busybox", "true");
        slip.Ok("create", "--name", "good", "-v", "named:/named", "-v", $"{Slip.Checkout}:/checkout", "-v", $"{empty}:/new", "-p", "127.0.0.1:6380:6379", "-p", "8080:80", "busybox", "true");
        slip.Ok("create", "--name", "passing", "--rm", "-v", "/anonymous", "busybox", "true");
        using var json = JsonDocument.Parse(slip.Run("doctor", "--json").Output);
        JsonElement only = Assert.Single(json.RootElement.EnumerateArray());
        Assert.Equal("bad", only.GetProperty("container").GetString());
        Assert.Equal(["hidden-files", "anonymous-volume", "unbounded-log", "open-port"], only.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("rule").GetString()));
        Assert.Equal(0, slip.Run("doctor", "good").ExitCode);
    }

    [Fact]
    public void VolumeWithTheData_ThereIsNothingToSay()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "--name", "db", "-v", "data:/var/lib/mysql", "busybox", "sh", "-c", "echo > /var/lib/mysql/ibdata1");
        Assert.Equal("nothing is wrong", slip.Ok("doctor"));
    }

    [Theory]
    [InlineData("PostgreSQL will write to /var/lib/postgresql/data", "busybox", "postgres")]
    [InlineData("PostgreSQL will write to /pg", "-e", "PGDATA=/pg", "busybox", "docker-entrypoint.sh", "postgres", "-c", "fsync=off")]
    [InlineData("MySQL will write to /other", "busybox", "mysqld", "--datadir=/other")]
    [InlineData("MongoDB will write to /data/db", "--entrypoint", "/usr/bin/mongod", "busybox")]
    [InlineData("is in an anonymous volume", "-v", "/data", "busybox", "true")]
    [InlineData("reaches Redis at port 16379", "-p", "16379:6379", "busybox", "true")]
    public void Create_WhatWillLoseData_IsSaidOnceWithTheFix(string what, params string[] args)
    {
        using Slip slip = Slip.WithBusybox();
        Slip.Result said = slip.Run(["create", "--name", "db", .. args]);
        Assert.Equal(0, said.ExitCode);
        string line = Assert.Single(said.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("Note: ", line, StringComparison.Ordinal);
        Assert.Contains(what, line, StringComparison.Ordinal);
        // What it says to do works, and then there is nothing more to say.
        slip.Ok(line.Split(": slip ")[1].Split(' '));
        Assert.DoesNotContain("will write", slip.Run("recreate", "--dry-run", "db").Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("busybox", "psql", "-h", "postgres")]
    [InlineData("busybox", "sh", "-c", "postgres")]
    [InlineData("-v", "data:/var/lib/postgresql", "busybox", "postgres")]
    [InlineData("-v", "data:/pg", "busybox", "postgres", "-D", "/pg/main")]
    [InlineData("--tmpfs", "/var/lib/mysql", "busybox", "mysqld")]
    [InlineData("--rm", "busybox", "mysqld")]
    [InlineData("busybox", "redis-server")]
    [InlineData("-p", "127.0.0.1:16379:6379", "busybox", "true")]
    public void Create_WhatLosesNothing_IsNotSpokenOf(params string[] args)
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Equal("", slip.Run(["create", "--name", "db", .. args]).Errors);
    }

    [Fact]
    public void Watch_DataThatGathers_IsToldOnceAndAnEvent()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "db", "busybox", "sh", "-c", "sleep 1; echo log > /app.log; mkdir /app; printf 'SQLite format 3\\000' > /app/data.db; sleep 6");
        slip.Ok("run", "-d", "--name", "plain", "busybox", "sh", "-c", "while :; do echo x >> /tmp/x; sleep 0.1; done");
        // It ends with the container that it watches.
        Slip.Result watch = slip.Run("doctor", "--watch", "db");
        Assert.Equal(1, watch.ExitCode);
        Assert.Equal("db: SQLite data in its writable layer, which rm takes: /app/data.db, 4.1kB\n  slip salvage db:/app --to db-app\n", watch.Output);
        Assert.Equal("db slip salvage db:/app --to db-app", slip.Ok("events", "--since", "1m", "--until", "0s", "-f", "event=layer.durable-data", "--format", "{{.Actor.Attributes.name}} {{.Actor.Attributes.fix}}"));
    }

    [Fact]
    public void Watch_ALayerOfManyFiles_TakesLessThanAHundredthOfAProcessor()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "many", "busybox", "sh", "-c", "mkdir /many; cd /many; i=0; while [ $i -lt 20000 ]; do : > f$i; i=$((i+1)); done; touch /done; sleep 1000");
        slip.Ok("exec", "many", "sh", "-c", "until [ -e /done ]; do sleep 0.1; done");
        using System.Diagnostics.Process watch = slip.Start("doctor", "--watch", "many");
        Thread.Sleep(500);
        TimeSpan first = watch.TotalProcessorTime;
        Thread.Sleep(10_000);
        watch.Refresh();
        TimeSpan later = watch.TotalProcessorTime;
        watch.Kill();
        Assert.InRange(first.TotalMilliseconds, 1, 5_000);
        // One more round may fall into the ten seconds; what comes after it waits.
        Assert.InRange((later - first).TotalSeconds, 0, 0.1 + first.TotalSeconds);
    }

    [Fact]
    public void Rm_AnsweredWithSalvage_KeepsTheDataInAVolume()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "--name", "db", "busybox", "sh", "-c", "mkdir /app; printf 'SQLite format 3\\000more' > /app/data.db");
        using (var terminal = new Terminals.TerminalSession(slip, 40, 160, "rm", "db"))
        {
            terminal.Expect("[y/N/s=salvage first]");
            terminal.Type("s\n");
            Assert.Equal(0, terminal.ExitCode());
            Assert.Contains("/app is in volume db-app now: use it with -v db-app:/app", terminal.Rest, StringComparison.Ordinal);
        }
        Assert.Equal("", slip.Ok("ps", "-aq"));
        Assert.Equal("more", slip.Ok("run", "--rm", "-v", "db-app:/app", "busybox", "sh", "-c", "tail -c 4 /app/data.db"));
    }
}
