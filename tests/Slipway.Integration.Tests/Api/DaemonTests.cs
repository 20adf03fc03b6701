using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>The daemon itself: dockerd's options, its sockets, its log, and what it costs at rest.</summary>
public sealed class DaemonTests
{
    [Theory]
    [InlineData("unknown flag: --nosuch", "--nosuch")]
    [InlineData("flag needs an argument: -H", "-H")]
    [InlineData("without TLS client certificates", "-H", "tcp://127.0.0.1:0")]
    [InlineData("without TLS client certificates", "-H", "127.0.0.1:0")]
    [InlineData("invalid host", "-H", "npipe://x")]
    [InlineData("no sockets found via socket activation", "-H", "fd://")]
    [InlineData("unable to parse logging level", "--log-level", "loud")]
    [InlineData("could not load X509 key pair", "--tlsverify=false", "--tlscert", "/nosuch.pem")]
    [InlineData("--userns-remap: Not supported", "--userns-remap", "default")]
    [InlineData("native.cgroupdriver=systemd", "--exec-opt", "native.cgroupdriver=systemd")]
    [InlineData("runtime name 'runc' is reserved", "--add-runtime", "runc=/bin/true")]
    [InlineData("specified default runtime 'vm' does not exist", "--default-runtime", "vm")]
    [InlineData("must be an absolute path: docker-proxy", "--userland-proxy-path", "docker-proxy")]
    [InlineData("invalid max-concurrent-downloads: -1", "--max-concurrent-downloads", "-1")]
    [InlineData("default IPC mode setting (host) is not supported", "--default-ipc-mode", "host")]
    [InlineData("conflicting options: --bridge and --bip", "--bridge", "nosuch", "--bip", "10.1.1.1/24")]
    [InlineData("must be created manually", "-b", "nosuch")]
    [InlineData("invalid default address pool", "--default-address-pool", "base=10.0.0.0/16,size=8")]
    [InlineData("no log driver named 'nosuch' is registered", "--log-driver", "nosuch")]
    [InlineData("invalid ulimit type", "-H", "unix:///tmp/nosuch.sock", "--default-ulimit", "files=1")]
    public void Options_ThatCantBe_AreRefusedWithTheReason(string reason, params string[] args)
    {
        using Slipd slipd = Slipd.WithBusybox();
        Slip.Result result = slipd.Run([], [Slipd.Executable, "--data-root", slipd.Slip.DataRoot, "--exec-root", slipd.Slip.RunRoot, .. args]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(reason, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ping_NamesTheBuilder_ThatTheSettingsPrefer()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("slip-test-").FullName, "daemon.json");
        File.WriteAllText(file, """{"features":{"buildkit":false}}""");
        using Slipd usual = Slipd.WithBusybox(), first = Slipd.WithBusybox("--config-file", file);
        foreach ((Slipd slipd, string version) in ((Slipd, string)[])[(usual, "2"), (first, "1")])
        {
            using HttpResponseMessage answer = await slipd.Http.GetAsync("/_ping", TestContext.Current.CancellationToken);
            Assert.Equal(version, Assert.Single(answer.Headers.GetValues("Builder-Version")));
        }
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public void ASecondDaemon_OnTheSameSocket_LeavesItToTheFirst()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Slip.Result second = slipd.Run([], Slipd.Executable, "-H", "unix://" + slipd.SocketPath, "--data-root", slipd.Slip.DataRoot, "--exec-root", slipd.Slip.RunRoot);
        Assert.Contains("another daemon listens there", second.Errors, StringComparison.Ordinal);
        Assert.Equal(200, slipd.Send("GET", "/_ping").Status);
    }

    [Fact]
    public void TheFile_SaysWhatTheFlagsDont_AndNothingTwice()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string file = slipd.Slip.Write("daemon.json", """{"labels":["a=b"],"default-ulimits":{"nofile":{"Name":"nofile","Soft":77,"Hard":88}},"insecure-registries":["10.0.0.0/8"],"debug":true}""");
        Slip.Result good = slipd.Run([], Slipd.Executable, "--config-file", file, "--validate");
        Assert.Equal("configuration OK\n", good.Output);
        Slip.Result twice = slipd.Run([], Slipd.Executable, "--config-file", file, "--label", "c=d", "--validate");
        Assert.Contains("specified both as a flag and in the configuration file", twice.Errors, StringComparison.Ordinal);
        Slip.Result unknown = slipd.Run([], Slipd.Executable, "--config-file", slipd.Slip.Write("bad.json", """{"nosuch":1}"""), "--validate");
        Assert.Contains("nosuch", unknown.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Hangup_ReadsTheFileAgain_AllOfItOrNothing()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("slip-test-").FullName, "daemon.json");
        File.WriteAllText(file, """{"labels":["a=b"]}""");
        using Slipd slipd = Slipd.WithBusybox("--config-file", file);
        Assert.Equal("a=b", (string?)slipd.Get("/info")["Labels"]![0]);

        File.WriteAllText(file, """{"labels":["c=d"],"debug":true,"default-ulimits":{"nofile":{"Name":"nofile","Soft":77,"Hard":88}},"insecure-registries":["10.0.0.0/8"]}""");
        Hangup(slipd, "Reloaded configuration");
        Assert.Equal("c=d", (string?)slipd.Get("/info")["Labels"]![0]);
        Assert.True((bool)slipd.Get("/info")["Debug"]!);
        Assert.Equal("77", slipd.DockerOk("run", "--rm", "--network", "none", "busybox", "sh", "-c", "ulimit -n"));
        Assert.Contains("labels=[\"c=d\"]", slipd.Slip.Ok("events", "--since", "1m", "--until", "0s", "--filter", "type=daemon"), StringComparison.Ordinal);

        File.WriteAllText(file, """{"labels":["e=f"],"default-ulimits":{"nofile":"many"}}""");
        Hangup(slipd, "the settings stay as they were");
        Assert.Equal("c=d", (string?)slipd.Get("/info")["Labels"]![0]);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    private static void Hangup(Slipd slipd, string said)
    {
        HostShell.Run($"kill -HUP {slipd.Pid}");
        slipd.WaitForLog(said);
    }

    [Fact]
    public void Hangup_IsAnEventOfTheDaemon_ByItsId()
    {
        using Slipd slipd = Slipd.WithBusybox("--debug", "--label", "bar=foo");
        Hangup(slipd, "Reloaded configuration");
        string id = (string)slipd.Get("/info")["ID"]!;
        string seen = slipd.Slip.Ok("events", "--since", "1m", "--until", "0s", "--filter", "daemon=" + id).TrimEnd();
        Assert.Contains($" daemon reload {id} (allow-nondistributable-artifacts=[], debug=true, ", seen, StringComparison.Ordinal);
        Assert.Contains(" labels=[\"bar=foo\"], ", seen, StringComparison.Ordinal);
        Assert.EndsWith(" shutdown-timeout=15)", seen, StringComparison.Ordinal);
        Assert.Equal("", slipd.Slip.Ok("events", "--since", "1m", "--until", "0s", "--filter", "daemon=foo"));

        // The id is the store's, or what somebody has put there.
        File.WriteAllText(Path.Combine(slipd.Slip.DataRoot, "engine-id"), "this-one");
        Assert.Equal("this-one", (string?)slipd.Get("/info")["ID"]);
    }

    [Fact]
    public void TransfersAtOnce_AreRead_AgainToo()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("slip-test-").FullName, "daemon.json");
        File.WriteAllText(file, """{"max-concurrent-uploads":null,"max-concurrent-downloads":8}""");
        using Slipd slipd = Slipd.WithBusybox("--config-file", file, "-D");
        slipd.WaitForLog("level=debug msg=\"Max Concurrent Downloads: 8\"");
        slipd.WaitForLog("level=debug msg=\"Max Concurrent Uploads: 5\"");
        File.WriteAllText(file, """{"max-concurrent-uploads":7}""");
        Hangup(slipd, "Reset Max Concurrent Uploads: 7");
        slipd.WaitForLog("Reset Max Concurrent Downloads: 3");
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public void Proxies_AreTheDaemons_AndTheirPasswordsNobodys()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("slip-test-").FullName, "daemon.json");
        File.WriteAllText(file, """{"proxies":{"http-proxy":"http://me:secret@proxy.test:3128","no-proxy":"example.com"}}""");
        using Slipd slipd = Slipd.WithBusybox("--config-file", file);
        Assert.Equal("http://xxxxx:xxxxx@proxy.test:3128", (string?)slipd.Get("/info")["HttpProxy"]);
        Assert.Equal("example.com", (string?)slipd.Get("/info")["NoProxy"]);
        Hangup(slipd, "Reloaded configuration");
        Slip.Result twice = slipd.Run([], Slipd.Executable, "--config-file", file, "--http-proxy", "http://you:hidden@other.test", "--validate");
        Assert.Contains("http-proxy: (from flag: http://xxxxx:xxxxx@other.test, from file: http://xxxxx:xxxxx@proxy.test:3128)", twice.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", slipd.Log + twice.Errors, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public void ADaemonThatIsDying_IsWaitedFor()
    {
        using Slipd slipd = Slipd.WithBusybox();
        using Process second = slipd.Start(Slipd.Executable, "-H", "unix://" + slipd.SocketPath, "--data-root", slipd.Slip.DataRoot, "--exec-root", slipd.Slip.RunRoot);
        using Process first = Process.GetProcessById(slipd.Pid);
        first.Kill();
        first.WaitForExit();
        Waiting.Until(() => second.HasExited || slipd.Slip.Run("ps").ExitCode == 0 && Answers(slipd));
        Assert.False(second.HasExited);
        second.Kill();
        second.WaitForExit();
    }

    private static bool Answers(Slipd slipd)
    {
        try
        {
            return slipd.Send("GET", "/_ping").Status == 200;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    [Fact]
    public void DefaultUlimit_OfAContainerThatAsksForNone_Holds()
    {
        using Slipd slipd = Slipd.WithBusybox("--default-ulimit", "nofile=77:88");
        Assert.Equal("77", slipd.DockerOk("run", "--rm", "--network", "none", "busybox", "sh", "-c", "ulimit -n"));
        Assert.Equal("55", slipd.DockerOk("run", "--rm", "--network", "none", "--ulimit", "nofile=55", "busybox", "sh", "-c", "ulimit -n"));
    }

    [Fact]
    public void Changes_LeaveAnAuditLine_AndLooksDont()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Send("POST", "/volumes/create", """{"Name":"data"}""");
        slipd.Send("DELETE", "/volumes/nosuch%20%0aaudit");
        slipd.Send("GET", "/volumes");
        slipd.WaitForLog("status=404");
        string[] audits = [.. slipd.Log.Split('\n').Where(l => l.Contains("msg=audit", StringComparison.Ordinal))];
        Assert.Equal(2, audits.Length);
        Assert.Contains($"caller=\"uid 0 pid {Environment.ProcessId}\"", audits[0], StringComparison.Ordinal);
        Assert.Contains("method=POST target=/volumes/create status=201", audits[0], StringComparison.Ordinal);
        Assert.Contains("status=404", audits[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Tcp_WithCertificates_LetsThoseOfItsAuthorityInAndNobodyElse()
    {
        string openssl = Needs.Program("openssl"), docker = Needs.Program("docker");
        string directory = Directory.CreateTempSubdirectory("slip-certificates-").FullName;
        string[] lines =
        [
            "set -e; cd \"$1\"; openssl=$2",
            "authority() { $openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=$1 -keyout $1-key.pem -out $1.pem; }",
            "signed() { $openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=$2 -keyout $2-key.pem -out $2.csr; printf \"subjectAltName=IP:127.0.0.1\\nextendedKeyUsage=$3\\n\" >$2.ext; "
                + "$openssl x509 -req -in $2.csr -CA $1.pem -CAkey $1-key.pem -CAcreateserial -days 2 -extfile $2.ext -out $2.pem; }",
            "authority ours; authority theirs; signed ours server serverAuth; signed ours client clientAuth; signed theirs stranger clientAuth; signed ours noclient serverAuth",
        ];
        try
        {
            using (Process make = Process.Start(new ProcessStartInfo("sh", ["-c", string.Join('\n', lines), "sh", directory, openssl]) { RedirectStandardError = true, RedirectStandardOutput = true })!)
            {
                make.StandardError.ReadToEnd();
                make.WaitForExit();
                Assert.Equal(0, make.ExitCode);
            }
            string In(string name) => Path.Combine(directory, name + ".pem");
            string address = "tcp://127.0.0.1:" + FreePort();
            using Slipd slipd = Slipd.WithBusybox("-H", address, "--tlsverify", "--tlscacert", In("ours"), "--tlscert", In("server"), "--tlskey", In("server-key"));
            Slip.Result As(string who, params string[] command) =>
                slipd.Run([], [docker, "-H", address, "--tlsverify", "--tlscacert", In("ours"), "--tlscert", In(who), "--tlskey", In(who + "-key"), .. command]);
            Slip.Result run = As("client", "run", "--rm", "-i", "--network", "none", "busybox", "echo", "over TLS");
            Assert.True(run.Output == "over TLS\n", run.Errors + slipd.Log);
            slipd.WaitForLog("caller=\"CN=client at 127.0.0.1:");
            foreach (string who in (string[])["stranger", "noclient"])
                Assert.NotEqual(0, As(who, "ps").ExitCode);
            Assert.NotEqual(0, slipd.Run([], docker, "-H", address, "ps").ExitCode);
            Assert.NotEqual(0, slipd.Run([], docker, "-H", address, "--tls", "ps").ExitCode);
            Assert.Equal(0, As("client", "ps").ExitCode);
            string none = Path.Combine(directory, "none");
            Slip.Result unverified = slipd.Run([], Slipd.Executable, "--data-root", none, "--exec-root", none, "-H", "tcp://127.0.0.1:0", "--tls", "--tlscert", In("server"), "--tlskey", In("server-key"));
            Assert.Contains("without TLS client certificates", unverified.Errors, StringComparison.Ordinal);
            Assert.False(Directory.Exists(none));
            // BuildKit's two connections, whose clients are the same.
            if (File.Exists(Path.Combine(Slip.Checkout, "out", "clients", "usr", "bin", "docker")))
            {
                string context = Path.GetDirectoryName(slipd.Slip.Write("context/Dockerfile", "FROM busybox\nCOPY . /x\n"))!;
                Slip.Result build = slipd.Buildx(null, "-H", address, "--tlsverify", "--tlscacert", In("ours"), "--tlscert", In("client"), "--tlskey", In("client-key"), "build", context);
                Assert.True(build.ExitCode == 0, build.Errors);
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void Sockets_OfSystemd_AreServed()
    {
        string python = Needs.Program("python3");
        using Slipd slipd = Slipd.WithBusybox();
        string socket = Path.Combine(slipd.Slip.Scratch, "handed.sock");
        // What systemd does: it listens, and starts the service at the first client, with the socket as descriptor 3.
        string script = slipd.Slip.Write("activate.py", """
            import os, socket, sys
            s = socket.socket(socket.AF_UNIX)
            s.bind(sys.argv[1])
            s.listen(8)
            client, _ = s.accept()
            client.close()
            os.dup2(s.fileno(), 3)
            os.set_inheritable(3, True)
            os.environ["LISTEN_FDS"] = "1"
            os.environ["LISTEN_PID"] = str(os.getpid())
            os.execv(sys.argv[2], sys.argv[2:])
            """);
        using Process activated = slipd.Start(python, script, socket, Slipd.Executable, "-H", "fd://", "--data-root", slipd.Slip.DataRoot, "--exec-root", slipd.Slip.RunRoot);
        Waiting.Until(() => File.Exists(socket));
        Waiting.Until(() => slipd.Run([], Needs.Program("docker"), "-H", "unix://" + socket, "version").ExitCode == 0);
        Assert.Contains("busybox", slipd.Run([], Needs.Program("docker"), "-H", "unix://" + socket, "images").Output, StringComparison.Ordinal);
        activated.Kill(); // SIGKILL: what systemd gave stays systemd's
        activated.WaitForExit();
        Assert.True(File.Exists(socket));
    }

    [Fact]
    public void AtRest_ItSleeps()
    {
        string strace = Needs.Program("strace");
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("ps");
        // While clients are there, Kestrel is; then it goes.
        Waiting.Until(() => Calls(strace, slipd.Pid) == 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AtRest_AfterBuildsOfMuch_ItHoldsNoMoreThanBefore(bool somebodyListens)
    {
        string strace = Needs.Program("strace");
        using Slipd slipd = Slipd.WithBusybox();
        string context = Path.GetDirectoryName(slipd.Slip.Write("context/Dockerfile", "FROM busybox\nCOPY . /in\n"))!;
        byte[] much = new byte[4 << 20];
        for (int i = 0; i < 8; i++)
        {
            Random.Shared.NextBytes(much);
            File.WriteAllBytes(Path.Combine(context, $"much{i}"), much);
        }
        // The first of its kind makes what stays: code that was never run has data too.
        File.WriteAllText(Path.Combine(context, ".dockerignore"), "much*");
        slipd.DockerOk("build", context);
        slipd.DockerOk("run", "--rm", "--network", "none", "busybox", "true");
        Waiting.Until(() => Calls(strace, slipd.Pid) == 0);
        long before = OwnMemory(slipd.Pid);
        using Process? listener = somebodyListens ? slipd.Start(Needs.Program("docker"), "events") : null;
        File.Delete(Path.Combine(context, ".dockerignore"));
        slipd.DockerOk("build", context);
        Waiting.Until(() => (somebodyListens || Calls(strace, slipd.Pid) == 0) && OwnMemory(slipd.Pid) < before + (2 << 20));
        listener?.Kill();
    }

    [Fact]
    public void AtRest_AfterConnectionsThatEndedInEveryWay_ItSleeps()
    {
        string strace = Needs.Program("strace");
        using Slipd slipd = Slipd.WithBusybox();
        string upgrade = "Host: d\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n", preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        string[] beginnings =
        [
            "", "G", "PRI *", preface, preface + "\0\0\0\u0004\0\0\0\0\0", "GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n", "GET /events HTTP/1.1\r\nHost: d\r\n\r\n",
            "POST /build HTTP/1.1\r\nHost: d\r\nContent-Length: 100000\r\n\r\nhalf", "POST /images/load HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\nhalf",
            $"POST /grpc HTTP/1.1\r\n{upgrade}\r\n", $"POST /grpc HTTP/1.1\r\n{upgrade}\r\n{preface}", $"POST /grpc HTTP/1.1\r\n{upgrade}\r\nnothing of HTTP/2",
            $"POST /session HTTP/1.1\r\n{upgrade}X-Docker-Expose-Session-Uuid: x\r\n\r\n", $"POST /session HTTP/1.1\r\n{upgrade}\r\n",
        ];
        foreach (string begin in beginnings)
        {
            foreach ((bool reads, bool halves, bool resets) in ((bool, bool, bool)[])[(false, false, false), (true, false, false), (true, false, true), (false, true, false), (true, true, true)])
            {
                using System.Net.Sockets.Socket client = slipd.Connect();
                client.Send(System.Text.Encoding.Latin1.GetBytes(begin));
                if (halves)
                    client.Shutdown(System.Net.Sockets.SocketShutdown.Send);
                if (reads && begin.Contains("\r\n\r\n", StringComparison.Ordinal) && begin.Contains("HTTP/1.1", StringComparison.Ordinal) && client.Poll(200_000, System.Net.Sockets.SelectMode.SelectRead))
                    client.Receive(new byte[20]);
                // What it sent and wasn't read makes a reset of the close.
                if (resets)
                    client.Close(0);
            }
        }
        Assert.Equal(200, slipd.Send("GET", "/_ping").Status);
        slipd.Http.Dispose();
        Waiting.Until(() => Calls(strace, slipd.Pid) == 0);
    }

    // What nobody shares: what it wrote.
    private static long OwnMemory(int pid) =>
        File.ReadLines($"/proc/{pid}/smaps_rollup").Where(line => line.StartsWith("Anonymous:", StringComparison.Ordinal)).Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) << 10).Single();

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        probe.Start();
        return ((System.Net.IPEndPoint)probe.LocalEndpoint).Port;
    }

    // Calls that came to an end within three seconds.
    private static int Calls(string strace, int pid)
    {
        string log = Path.GetTempFileName();
        using Process process = Process.Start("timeout", ["3", strace, "-qq", "-f", "-p", $"{pid}", "-o", log]);
        process.WaitForExit();
        // What it sleeps in has no result.
        int calls = File.ReadLines(log).Count(l => l.Contains(") = ", StringComparison.Ordinal));
        File.Delete(log);
        return calls;
    }
}
