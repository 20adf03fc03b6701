using System.Collections;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Memory;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Registry.Auth;

namespace Slipway.Engine.Registries;

/// <summary>Runs <c>docker-credential-NAME</c> from PATH, with this process's environment and standard error.</summary>
internal sealed class CredentialProgram : ICredentialHelper
{
    private const int SIGKILL = 9, TimeoutMilliseconds = 120_000, StandardError = 2;

    /// <inheritdoc/>
    public (int ExitCode, byte[] Output) Run(string name, string verb, byte[] input)
    {
        string program = "docker-credential-" + name;
        string path = Find(program);
        using SafeFd given = MemoryFile.Create("input"), output = MemoryFile.Create("output"), errors = FdIo.Duplicate(StandardError);
        given.WriteAt(input, 0);
        int pid = Spawn.Start(path, [program, verb], EnvironmentOfOurs(), [given, output, errors], newSession: false);
        using SafeFd process = PidFd.TryOpen(pid) ?? throw new LinuxException("pidfd_open", Errno.ESRCH);
        bool inTime = Poller.Wait([new PollEntry(process.Number, PollEvents.Readable)], TimeoutMilliseconds) > 0;
        if (!inTime)
        {
            PidFd.Signal(process, SIGKILL);
            Poller.Wait([new PollEntry(process.Number, PollEvents.Readable)], Timeout.Infinite);
        }
        int code = (PidFd.TryReap(process) ?? default).ExitCode;
        return inTime ? (code, MemoryFile.ReadAll(output)) : throw new SlipwayException(ErrorKind.Unavailable, $"{program} {verb}: it does not end");
    }

    // The name comes from a file: a plain one, never a path.
    private static string Find(string program)
    {
        bool plain = program.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
        string[] directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return (plain ? directories.Where(Path.IsPathRooted).Select(d => Path.Combine(d, program)).FirstOrDefault(File.Exists) : null)
            ?? throw new SlipwayException(ErrorKind.NotFound, $"the credential helper '{Printable.Escape(program)}' is not on PATH")
            {
                Hint = "the file with credentials (~/.docker/config.json, or that of DOCKER_CONFIG) names it in \"credsStore\" or \"credHelpers\"",
            };
    }

    private static List<string> EnvironmentOfOurs() =>
        [.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(e => $"{e.Key}={e.Value}")];
}
