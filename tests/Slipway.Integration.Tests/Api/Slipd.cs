using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>The real <c>out/slipd</c> on the store of a <see cref="Slip"/>, with clients for it.</summary>
public sealed class Slipd : IDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);
    private readonly string _log, _executable;
    private Process _process;

    private Slipd(Slip slip, string executable, string[] options)
    {
        Slip = slip;
        _executable = executable;
        _log = Path.Combine(slip.Scratch, "slipd.log");
        Options = options;
        _process = Launch();
        Http = new HttpClient(new SocketsHttpHandler { ConnectCallback = async (_, cancel) => new NetworkStream(await ConnectAsync(cancel), ownsSocket: true) }) { BaseAddress = new Uri("http://docker"), Timeout = s_timeout };
    }

    /// <summary>The same store without the daemon.</summary>
    public Slip Slip { get; }

    public string[] Options { get; private set; }

    public HttpClient Http { get; }

    public string SocketPath => Path.Combine(Slip.Scratch, "docker.sock");

    public string Log => File.ReadAllText(_log);

    /// <summary>Until the log has it: it is written beside what it tells of, and a line may come after the answer to a request.</summary>
    public void WaitForLog(string line) => Waiting.Until(() => Log.Contains(line, StringComparison.Ordinal));

    public int Pid => _process.Id;

    /// <summary>The daemon.</summary>
    public static string Executable => Path.Combine(Slip.Checkout, "out", "slipd");

    /// <summary>A daemon on a store with an image <c>busybox</c>; skips the test where containers can't run here.</summary>
    public static Slipd WithBusybox(params string[] options) => WithBusybox(_ => Executable, options);

    /// <summary>As <see cref="WithBusybox(string[])"/>, under the name of docker's.</summary>
    public static Slipd AsDockerd(params string[] options) =>
        WithBusybox(slip => File.CreateSymbolicLink(Path.Combine(slip.Scratch, "dockerd"), Executable).FullName, options);

    private static Slipd WithBusybox(Func<Slip, string> executable, string[] options)
    {
        Assert.SkipUnless(File.Exists(Executable), "out/slipd is not built: run ./build");
        Slip slip = Slip.WithBusybox();
        try
        {
            return new Slipd(slip, executable(slip), options);
        }
        catch
        {
            slip.Dispose();
            throw;
        }
    }

    /// <summary>A bare connection.</summary>
    public Socket Connect() => ConnectAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Runs a docker client against the daemon; skips where it isn't installed.</summary>
    public Slip.Result Docker(params string[] args) => Run(null, [Needs.Program("docker"), .. args]);

    /// <summary>As <see cref="Docker"/>; fails the test where it doesn't succeed.</summary>
    public string DockerOk(params string[] args)
    {
        Slip.Result result = Docker(args);
        Assert.True(result.ExitCode == 0, $"docker {string.Join(' ', args)}: exit {result.ExitCode}\n{result.Output}\n{result.Errors}\n{Log}");
        return result.Output.TrimEnd('\n');
    }

    /// <summary>As <see cref="Docker"/>, by a docker that has buildx and compose; skips where there is none.</summary>
    public Slip.Result Buildx(byte[]? input, params string[] args) => Finish(StartBuildx(args), input, args);

    /// <summary>As <see cref="Buildx"/>; fails the test where it doesn't succeed. What was printed as progress is in the second.</summary>
    public (string Output, string Progress) BuildxOk(params string[] args)
    {
        Slip.Result result = Buildx(null, args);
        Assert.True(result.ExitCode == 0, $"docker {string.Join(' ', args)}: exit {result.ExitCode}\n{result.Output}\n{result.Errors}\n{Log}");
        return (result.Output.TrimEnd('\n'), result.Errors);
    }

    /// <summary>As <see cref="Buildx"/>, by the buildx of Debian's next release.</summary>
    public Slip.Result NewerBuildx(byte[]? input, params string[] args) => Finish(StartBuildx("docker-config-newer", Needs.NewerBuildx(), args), input, args);

    /// <summary>Starts a docker that has buildx and compose.</summary>
    public Process StartBuildx(params string[] args) => StartBuildx("docker-config", Path.Combine(Needs.DockerClients(), "libexec", "docker", "cli-plugins"), args);

    private Process StartBuildx(string configuration, string from, string[] args)
    {
        configuration = Path.Combine(Slip.Scratch, configuration);
        string plugins = Path.Combine(configuration, "cli-plugins");
        if (!Directory.Exists(plugins))
        {
            Directory.CreateDirectory(configuration);
            Directory.CreateSymbolicLink(plugins, from);
        }
        var environment = new Dictionary<string, string> { ["DOCKER_CONFIG"] = configuration, ["DOCKER_BUILDKIT"] = "1", ["BUILDKIT_PROGRESS"] = "plain", ["BUILDX_GIT_INFO"] = "0" };
        return Start(environment, [Path.Combine(Needs.DockerClients(), "bin", "docker"), .. args]);
    }

    /// <summary>Runs a program with DOCKER_HOST at the daemon.</summary>
    public Slip.Result Run(byte[]? input, params string[] command) => Finish(Start(command), input, command);

    /// <summary>Starts a program with DOCKER_HOST at the daemon.</summary>
    public Process Start(params string[] command) => Start(new Dictionary<string, string>(), command);

    private Process Start(IReadOnlyDictionary<string, string> environment, string[] command)
    {
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = Slip.Scratch,
        };
        start.Environment["DOCKER_HOST"] = "unix://" + SocketPath;
        start.Environment["DOCKER_CONFIG"] = Path.Combine(Slip.Scratch, "docker-config");
        start.Environment["DOCKER_BUILDKIT"] = "0";
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        foreach (string word in command.Skip(1))
            start.ArgumentList.Add(word);
        return Process.Start(start)!;
    }

    /// <summary>An answer's document.</summary>
    public JsonNode Get(string path)
    {
        using HttpResponseMessage response = Http.GetAsync(path).GetAwaiter().GetResult();
        string text = response.Content.ReadAsStringAsync().GetAwaiter().GetResult();
        Assert.True(response.IsSuccessStatusCode, $"GET {path}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>A request's status and body.</summary>
    public (int Status, string Body) Send(string method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = Http.SendAsync(request).GetAwaiter().GetResult();
        return ((int)response.StatusCode, response.Content.ReadAsStringAsync().GetAwaiter().GetResult());
    }

    /// <summary>Kills the daemon as the kernel would, and starts another.</summary>
    public void KillAndRestart()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = Launch();
    }

    /// <summary>Ends the daemon as systemd would, and starts another with other options.</summary>
    public void Restart(params string[] options)
    {
        Stop();
        Options = options;
        _process = Launch();
    }

    public void Dispose()
    {
        Http.Dispose();
        Stop();
        Slip.Dispose();
    }

    private void Stop()
    {
        if (!_process.HasExited)
        {
            // SIGTERM, so that what it does at its end is done too.
            using Process kill = Process.Start("kill", [_process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
            if (!_process.WaitForExit(s_timeout))
                _process.Kill();
        }
        _process.Dispose();
    }

    private Slip.Result Finish(Process started, byte[]? input, string[] command)
    {
        using Process process = started;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        if (input is not null)
            process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(s_timeout))
        {
            process.Kill();
            Assert.Fail($"{string.Join(' ', command)}: not done after {s_timeout.TotalSeconds} s\n{Log}");
        }
        return new(process.ExitCode, output.Result, errors.Result);
    }

    private Process Launch()
    {
        var start = new ProcessStartInfo("sh") { WorkingDirectory = Slip.Scratch };
        foreach (string word in (string[])["-c", "exec \"$@\" 2>>slipd.log", "sh", _executable, "-H", "unix://" + SocketPath, "--data-root", Slip.DataRoot, "--exec-root", Slip.RunRoot, .. Options])
            start.ArgumentList.Add(word);
        start.Environment["DOCKER_CONFIG"] = Path.Combine(Slip.Scratch, "no-credentials");
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(Slip.RegistryConfigFile))!);
        Process process = Process.Start(start)!;
        for (long deadline = Environment.TickCount64 + 10_000; ; Task.Delay(10).Wait())
        {
            try
            {
                Connect().Dispose();
                return process;
            }
            catch (SocketException) when (Environment.TickCount64 < deadline && !process.HasExited)
            {
            }
        }
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), cancel);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
