namespace Slipway.Runtime.Lifecycle;

/// <summary>The file by which a caller learns a process's id.</summary>
public static class PidFile
{
    /// <summary>Writes it by rename: whoever waits for it reads a whole number.</summary>
    public static void Write(string path, int pid)
    {
        string directory = Path.GetDirectoryName(Path.GetFullPath(path))!, aside = Path.Combine(directory, $".{Path.GetFileName(path)}");
        File.WriteAllText(aside, pid.ToString());
        File.Move(aside, path, overwrite: true);
    }
}
