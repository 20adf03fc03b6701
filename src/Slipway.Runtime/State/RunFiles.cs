using System.Text;
using Slipway.Linux.Files;
using Slipway.Linux.Processes;
using Slipway.Oci;

namespace Slipway.Runtime.State;

/// <summary>
/// The files that a monitor keeps. In RUN/containers/ID: <c>state.json</c> and <c>attach.sock</c>, both there exactly while it serves; <c>stopped</c> where somebody stopped
/// a container that would be started again otherwise.
/// The exit record at its own path, or here as <c>exit.json</c> where that disk is full. Each is written aside and renamed, so that a reader sees a whole one or none.
/// They are not synced: after a power cut nothing runs, and the Engine treats an unreadable exit record as a missing one.
/// </summary>
internal static class RunFiles
{
    public const string StateName = "state.json", SocketName = "attach.sock", ExitName = "exit.json", StoppedName = "stopped";

    /// <summary>What a service that begins later is told.</summary>
    public static string Service(string runDir) => Path.Combine(runDir, "service");

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
        Replace(Path.Combine(runDir, StateName), ContainerStateJson.Write(state));

    public static void WriteExit(string path, ExitRecord record) =>
        Replace(path, ExitRecordJson.Write(record));

    /// <summary>The state; null when the file is missing, empty or damaged.</summary>
    public static ContainerState? ReadState(string runDir) => Read(Path.Combine(runDir, StateName), ContainerStateJson.Read);

    /// <summary>The exit record; null when the file is missing, empty or damaged.</summary>
    public static ExitRecord? ReadExit(string path) => Read(path, ExitRecordJson.Read);

    // Most of the time there is none: finding that out costs a call, and an exception would cost a tenth of a millisecond.
    private static T? Read<T>(string path, Parser<T> parse)
        where T : class
    {
        if (SmallFile.TryRead(path) is not { } document)
            return null;
        try
        {
            return parse(document);
        }
        catch (SlipwayException e) when (e.Kind == ErrorKind.Corrupt)
        {
            return null;
        }
    }

    private delegate T Parser<out T>(ReadOnlySpan<byte> document);

    private static void Replace(string path, byte[] content)
    {
        string aside = path + ".tmp";
        File.WriteAllBytes(aside, content);
        File.Move(aside, path, overwrite: true);
    }
}
