using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Slipway.Integration.Tests.Registry;

/// <summary>Debian's docker-registry on 127.0.0.1, with an empty store of its own.</summary>
public sealed class DockerRegistry : IDisposable
{
    private const int Attempts = 5;
    private readonly string _root = Directory.CreateTempSubdirectory("slip-registry-").FullName;
    private readonly Process _process;

    private DockerRegistry(string program, string auth, string tls)
    {
        for (int attempt = 1; ; attempt++)
        {
            Port = FreePort();
            string config = Path.Combine(_root, "config.yml");
            File.WriteAllText(config, $"""
                version: 0.1
                log:
                  level: error
                storage:
                  filesystem:
                    rootdirectory: "{_root}/data"
                  delete:
                    enabled: true
                http:
                  addr: "127.0.0.1:{Port}"
                  secret: tests
                {tls}
                {auth}
                """);
            _process = Process.Start(new ProcessStartInfo(program, ["serve", config]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            _process.ErrorDataReceived += static (_, _) => { };
            _process.BeginErrorReadLine();
            _process.BeginOutputReadLine();
            if (IsUp())
                return;
            Assert.True(attempt < Attempts, "docker-registry does not start");
        }
    }

    public int Port { get; }

    /// <summary>Its name in references.</summary>
    public string Host => $"127.0.0.1:{Port}";

    /// <summary>A registry, or a skip.</summary>
    /// <param name="auth">The section <c>auth:</c> of its configuration.</param>
    /// <param name="tls">The rest of its section <c>http:</c>, indented.</param>
    public static DockerRegistry Start(string auth = "", string tls = "")
    {
        Needs.Executables();
        return new DockerRegistry(Needs.Program("docker-registry"), auth, tls);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    // Until it accepts, or has ended because another took the port.
    private bool IsUp()
    {
        while (!_process.HasExited)
        {
            try
            {
                using var client = new TcpClient();
                client.Connect(IPAddress.Loopback, Port);
                return true;
            }
            catch (SocketException)
            {
                _process.WaitForExit(20);
            }
        }
        return false;
    }
}
