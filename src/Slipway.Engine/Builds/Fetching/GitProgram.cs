using System.Text;
using System.Text.RegularExpressions;
using Slipway.Linux;
using Slipway.Linux.Memory;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Oci;

namespace Slipway.Engine.Builds.Fetching;

/// <summary>
/// Runs git. Nothing that it does may depend on who builds: neither the system's configuration nor a user's is read, and nothing that a
/// repository brings is executed (CVE-2019-13139, CVE-2022-39253).
/// </summary>
internal sealed partial class GitProgram(string? sshAgent)
{
    private const int SIGKILL = 9, MaxShown = 2000, PollMilliseconds = 200;
    private static readonly string[] s_places = ["/usr/bin/git", "/usr/local/bin/git", "/bin/git"];
    private static readonly string[] s_proxies = ["http_proxy", "https_proxy", "no_proxy", "all_proxy", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"];

    // No hooks, no monitors, no programs; links are the repository's, and what they lead to is looked at by whoever copies.
    private static readonly string[] s_settings =
        [
            "core.hooksPath=/dev/null", "core.fsmonitor=false", "protocol.file.allow=never", "protocol.ext.allow=never", "credential.helper=", "gc.auto=0", "advice.detachedHead=false", "safe.directory=*",
            // A server that falls silent is given up after a minute.
            "http.lowSpeedLimit=1", "http.lowSpeedTime=60",
        ];

    /// <summary>Runs one command; what it wrote.</summary>
    /// <param name="directory">Where.</param>
    /// <param name="args">The command and its arguments.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="SlipwayException">NotSupported: there is no git; Unavailable: it failed, with its last words.</exception>
    public string Run(string directory, IReadOnlyList<string> args, CancellationToken ct)
    {
        string path = Array.Find(s_places, File.Exists)
            ?? throw new SlipwayException(ErrorKind.NotSupported, "git is not installed") { Hint = "a git repository as a source needs /usr/bin/git" };
        using SafeFd nothing = FdIo.OpenNull(), output = MemoryFile.Create("output"), errors = MemoryFile.Create("errors");
        string[] line = ["git", "-C", directory, .. s_settings.SelectMany(setting => new[] { "-c", setting }), .. args];
        int pid = Spawn.Start(path, line, Environment(), [nothing, output, errors], newSession: true);
        using SafeFd process = PidFd.TryOpen(pid) ?? throw new LinuxException("pidfd_open", Errno.ESRCH);
        int code = Wait(process, ct);
        ct.ThrowIfCancellationRequested();
        return code == 0
            ? Encoding.UTF8.GetString(MemoryFile.ReadAll(output))
            : throw new SlipwayException(ErrorKind.Unavailable, $"git {args[0]}: {LastWords(MemoryFile.ReadAll(errors), code)}");
    }

    /// <summary>A remote as it may be shown.</summary>
    public static string WithoutPassword(string text) => Passwords().Replace(text, "$1");

    private List<string> Environment()
    {
        string home = System.Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } path ? path : "/root";
        List<string> environment =
        [
            "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/nonexistent", "LC_ALL=C", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
            "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=/bin/false", "SSH_ASKPASS=/bin/false", "GIT_ALLOW_PROTOCOL=http:https:ssh:git", "GIT_LFS_SKIP_SMUDGE=1", "GIT_NO_LAZY_FETCH=1",
            // Hosts are known as ssh knows them to the caller; nothing else of the caller's is read.
            $"GIT_SSH_COMMAND=ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=yes -o 'UserKnownHostsFile={home.Replace("'", "", StringComparison.Ordinal)}/.ssh/known_hosts /etc/ssh/ssh_known_hosts'",
        ];
        if (sshAgent is not null)
            environment.Add("SSH_AUTH_SOCK=" + sshAgent);
        environment.AddRange(s_proxies.Where(name => System.Environment.GetEnvironmentVariable(name) is not null).Select(name => $"{name}={System.Environment.GetEnvironmentVariable(name)}"));
        return environment;
    }

    private static int Wait(SafeFd process, CancellationToken ct)
    {
        while (Poller.Wait([new PollEntry(process.Number, PollEvents.Readable)], PollMilliseconds) == 0)
        {
            if (!ct.IsCancellationRequested)
                continue;
            PidFd.Signal(process, SIGKILL);
            Poller.Wait([new PollEntry(process.Number, PollEvents.Readable)], Timeout.Infinite);
        }
        return (PidFd.TryReap(process) ?? default).ExitCode;
    }

    private static string LastWords(byte[] errors, int code)
    {
        string text = WithoutPassword(Encoding.UTF8.GetString(errors).Trim().Replace('\n', ';'));
        return text.Length == 0 ? $"it ended with {code}" : Printable.Escape(text.Length <= MaxShown ? text : text[^MaxShown..]);
    }

    [GeneratedRegex("(://)[^/@\\s]+@", RegexOptions.CultureInvariant)]
    private static partial Regex Passwords();
}
