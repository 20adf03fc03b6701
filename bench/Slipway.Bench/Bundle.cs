namespace Slipway.Bench;

/// <summary>An OCI bundle with the default namespaces and mounts, so that all runtimes do comparable work.</summary>
internal static class Bundle
{
    /// <summary>Writes config.json into the directory, and returns the directory.</summary>
    public static string Make(string directory, string rootfs, params string[] args)
    {
        Directory.CreateDirectory(directory);
        string words = string.Join(',', args.Select(a => $"\"{a}\""));
        File.WriteAllText(Path.Combine(directory, "config.json"),
            $$$"""
            {"ociVersion":"1.0.2","process":{"user":{"uid":0,"gid":0},"args":[{{{words}}}],"cwd":"/","env":["PATH=/bin"],"noNewPrivileges":true},
             "root":{"path":"{{{rootfs}}}"},
             "mounts":[{"destination":"/proc","type":"proc","source":"proc"},
               {"destination":"/dev","type":"tmpfs","source":"tmpfs","options":["nosuid","strictatime","mode=755","size=65536k"]},
               {"destination":"/dev/pts","type":"devpts","source":"devpts","options":["nosuid","noexec","newinstance","ptmxmode=0666","mode=0620"]},
               {"destination":"/dev/shm","type":"tmpfs","source":"shm","options":["nosuid","noexec","nodev","mode=1777","size=65536k"]},
               {"destination":"/dev/mqueue","type":"mqueue","source":"mqueue","options":["nosuid","noexec","nodev"]},
               {"destination":"/sys","type":"sysfs","source":"sysfs","options":["nosuid","noexec","nodev","ro"]}],
             "linux":{"namespaces":[{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"},{"type":"mount"}],
               "maskedPaths":["/proc/kcore","/proc/keys"],"readonlyPaths":["/proc/sys"]}}
            """);
        return directory;
    }
}
