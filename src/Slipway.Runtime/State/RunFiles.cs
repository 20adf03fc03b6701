using System.Text;
using System.Text.Json;
using Slipway.Linux.Files;
using Slipway.Runtime.Bundles;

namespace Slipway.Runtime.State;

/// <summary>
/// The files that a monitor keeps. In RUN/containers/ID: <c>state.json</c> and <c>attach.sock</c>, both there exactly while it serves.
/// In DATA/containers/ID: <c>exit.json</c>. Each is written aside and renamed, so that a reader sees a whole one or none.
/// They are not synced: after a power cut nothing runs, and the Engine treats an unreadable exit record as a missing one.
/// </summary>
internal static class RunFiles
{
    public const string StateName = "state.json", SocketName = "attach.sock";

    /// <summary>Makes the directory, and its parents, for the owner alone (invariant I14).</summary>
    public static void MakeDirectory(string path)
    {
        if (Directory.Exists(path))
            return;
        string parent = Path.GetDirectoryName(path)!;
        MakeDirectory(parent);
        using DirFd at = DirFd.Open(parent);
        at.TryMakeDirectory(Encoding.UTF8.GetBytes(Path.GetFileName(path)));
    }

    public static void WriteState(string runDir, ContainerState state) =>
        Replace(Path.Combine(runDir, StateName), JsonSerializer.SerializeToUtf8Bytes(state, RuntimeJson.Strict.ContainerState));

    public static void WriteExit(string path, ExitRecord record) =>
        Replace(path, JsonSerializer.SerializeToUtf8Bytes(record, RuntimeJson.Strict.ExitRecord));

    /// <summary>Parses a file of these; null when it is missing, empty or damaged.</summary>
    public static T? Read<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    private static void Replace(string path, byte[] content)
    {
        string aside = path + ".tmp";
        File.WriteAllBytes(aside, content);
        File.Move(aside, path, overwrite: true);
    }
}
