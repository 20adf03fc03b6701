using System.Diagnostics;
using System.Text;
using Slipway.Integration.Tests.Api;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>The forms of <c>slip command</c> that others read, read by them: what they make of it is an equal container.</summary>
public sealed class CommandFormTests
{
    private static readonly string[] s_flags =
    [
        "-e", "A=b c$d", "-e", "P=100%", "--label", "x=y z", "-v", "data:/data", "-p", "127.0.0.1:8080:80", "-m", "64m", "--cap-drop", "NET_RAW", "--read-only", "--tmpfs", "/run", "--restart", "always",
        "--health-cmd", "true || false", "--add-host", "h:1.2.3.4", "--security-opt", "no-new-privileges:true", "--sysctl", "net.ipv4.ip_forward=1", "--ulimit", "nofile=10:20", "--user", "5:6", "-w", "/tmp",
        "--hostname", "hh", "--stop-signal", "INT", "busybox", "sh", "-c", "echo \"$HOME\" it's %h \\n; sleep 1",
    ];

    [Fact]
    public void DockerLine_IsWhatDockersClientMakesTheContainerOf()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Ok(["create", "--name", "web", .. s_flags]);
        string wanted = slipd.Slip.Ok("command", "web"), line = slipd.Slip.Ok("command", "web", "--as", "docker");
        slipd.Slip.Ok("rename", "web", "was");
        Slip.Result made = slipd.Run(null, "/bin/sh", "-ec", line.Replace("docker create", Needs.Program("docker") + " create", StringComparison.Ordinal));
        Assert.True(made.ExitCode == 0, made.Errors + line);
        Assert.Equal(Sorted(wanted), Made(slipd.Slip));
    }

    [Fact]
    public void ComposeFile_IsWhatComposeMakesTheContainerOf()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Ok(["create", "--name", "web", .. s_flags]);
        string wanted = slipd.Slip.Ok("command", "web"), file = slipd.Slip.Write("project/compose.yaml", slipd.Slip.Ok("command", "web", "--as", "compose"));
        slipd.Slip.Ok("rename", "web", "was");
        slipd.BuildxOk("compose", "-f", file, "create");
        Assert.Equal(Sorted(wanted), Made(slipd.Slip));
    }

    [Fact]
    public void Unit_IsWhatPodmansGeneratorMakesTheContainerOf()
    {
        string[] places = ["/usr/libexec/podman/quadlet", Path.Combine(Slip.Checkout, "out/clients/usr/libexec/podman/quadlet")];
        string? generator = places.FirstOrDefault(File.Exists);
        Assert.SkipWhen(generator is null, "podman's generator of units (4.4 or newer) is not here: eng/docker-clients.sh brings it");
        using Slip slip = Slip.WithBusybox();
        slip.Ok(["create", "--name", "web", .. s_flags]);
        // What starts it again is the unit.
        string wanted = slip.Ok("command", "web").Replace("  --restart always \\\n", "", StringComparison.Ordinal), units = Path.GetDirectoryName(slip.Write("units/web.container", slip.Ok("command", "web", "--as", "unit")))!;
        slip.Ok("rename", "web", "was");

        string service = Generate(generator!, units);

        Assert.Contains("Restart=always\n", service, StringComparison.Ordinal);
        string line = Assert.Single(service.Split('\n'), l => l.StartsWith("ExecStart=", StringComparison.Ordinal));
        string[] own = ["--replace", "--rm", "--cgroups=split", "--sdnotify=conmon", "-d"];
        string[] words = [.. Words(line["ExecStart=".Length..]).Where(w => !own.Contains(w) && !w.StartsWith("--cidfile=", StringComparison.Ordinal))];
        Assert.Equal(["/usr/bin/podman", "run"], words[..2]);
        slip.Ok(["create", .. words[2..]]);
        // It writes capabilities small, and a truth as the word alone.
        Assert.Equal(wanted, slip.Ok("command", "web").Replace("net_raw", "NET_RAW", StringComparison.Ordinal).Replace("no-new-privileges ", "no-new-privileges:true ", StringComparison.Ordinal));
    }

    // Docker's clients say more than they are asked, write capabilities and volumes in full, and compose has labels and an order of its own. Through docker's
    // API it starts from more capabilities, and was told to do without them.
    private static IEnumerable<string> Made(Slip slip) => Sorted(slip.Ok("command", "web"))
        .Where(l => !l.Contains("--attach", StringComparison.Ordinal) && !l.Contains("--expose 80/tcp", StringComparison.Ordinal) && !l.Contains("com.docker.compose.", StringComparison.Ordinal)
            && !(l.Contains("--cap-drop", StringComparison.Ordinal) && (l.Contains("AUDIT_WRITE", StringComparison.Ordinal) || l.Contains("MKNOD", StringComparison.Ordinal))))
        .Select(l => l.Replace("CAP_NET_RAW", "NET_RAW", StringComparison.Ordinal).Replace("--mount type=volume,source=data,target=/data", "--volume data:/data", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Sorted(string lines) => lines.Split('\n').Order(StringComparer.Ordinal);

    private static string Generate(string generator, string units)
    {
        var start = new ProcessStartInfo(generator, ["-dryrun"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["QUADLET_UNIT_DIRS"] = units;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output;
    }

    // A command line as systemd reads it (systemd.service(5), Command lines): words, double quotes, escapes; doubled % and $ are themselves.
    private static List<string> Words(string line)
    {
        List<string> words = [];
        var word = new StringBuilder();
        bool quoted = false, any = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == ' ' && !quoted)
            {
                if (any)
                    words.Add(word.ToString());
                word.Clear();
                any = false;
                continue;
            }
            any = true;
            if (c == '"')
                quoted = !quoted;
            else if (c == '\\')
                word.Append(line[++i] == 'n' ? '\n' : line[i]);
            else if (c is '%' or '$' && i + 1 < line.Length && line[i + 1] == c)
                word.Append(line[i++]);
            else
                word.Append(c);
        }
        if (any)
            words.Add(word.ToString());
        return words;
    }
}
