using System.Globalization;
using Slipway.Oci;

namespace Slipway.Daemon;

/// <summary>The file with our number, for as long as we run.</summary>
internal sealed class PidFile : IDisposable
{
    private readonly string _path;

    private PidFile(string path) => _path = path;

    /// <exception cref="SlipwayException">Conflict: the process that it names runs, and is not us.</exception>
    public static PidFile? Write(string? path)
    {
        if (path is null)
            return null;
        if (File.Exists(path) && int.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
            && pid != Environment.ProcessId && Directory.Exists($"/proc/{pid}"))
        {
            throw new SlipwayException(ErrorKind.Conflict, $"process with PID {pid} is still running: '{path}' says that it is the daemon") { Hint = "stop it, or remove the file where it is another program" };
        }
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new PidFile(path);
    }

    public void Dispose() => File.Delete(_path);
}
