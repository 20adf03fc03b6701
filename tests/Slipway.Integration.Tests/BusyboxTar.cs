using System.Formats.Tar;
using System.Text;

namespace Slipway.Integration.Tests;

/// <summary>A root file system of Debian's static busybox, made once.</summary>
public static class BusyboxTar
{
    public const string Busybox = "/bin/busybox";

    private static readonly string[] s_applets =
    [
        "sh", "cat", "echo", "ls", "true", "false", "sleep", "id", "env", "pwd", "touch", "rm", "mkdir", "chmod", "chown", "ln", "mv", "cp",
        "ps", "hostname", "mount", "stat", "head", "tail", "seq", "dd", "kill", "test", "readlink", "grep", "wc", "tty", "stty", "ping", "ip",
        "sha256sum", "find", "sync", "date", "yes", "trap", "printf", "mkfifo", "awk", "sort", "od", "nc", "httpd", "wget", "nslookup", "timeout", "udpsvd",
    ];

    private static readonly Lazy<string> s_path = new(Make);

    public static string Path => s_path.Value;

    private static string Make()
    {
        string path = System.IO.Path.Combine(Directory.CreateTempSubdirectory("slip-base-").FullName, "busybox.tar");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(System.IO.Path.GetDirectoryName(path)!, recursive: true);
        using var writer = new TarWriter(File.Create(path));
        foreach (string name in (string[])["bin/", "etc/", "tmp/", "root/", "var/", "var/lib/"])
            writer.WriteEntry(new PaxTarEntry(TarEntryType.Directory, name) { Mode = name == "tmp/" ? (UnixFileMode)0b1_111_111_111 : (UnixFileMode)0b111_101_101 });
        Add(writer, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\nboat:x:1000:1000::/home/boat:/bin/sh\n1001:x:0:0:trap:/:/bin/sh\n");
        Add(writer, "etc/group", "root:x:0:\nboat:x:1000:\ncrew:x:2000:boat\n");
        using (FileStream busybox = File.OpenRead(Busybox))
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "bin/busybox") { Mode = (UnixFileMode)0b111_101_101, DataStream = busybox });
        foreach (string applet in s_applets)
            writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "bin/" + applet) { LinkName = "busybox" });
        return path;
    }

    private static void Add(TarWriter writer, string name, string text) =>
        writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { Mode = (UnixFileMode)0b110_100_100, DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
}
