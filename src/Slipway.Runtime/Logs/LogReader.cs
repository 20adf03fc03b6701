using Slipway.Linux.Files;

namespace Slipway.Runtime.Logs;

/// <summary>
/// Reads a container's log, over all its files. Memory use does not depend on its size, nor on what the container wrote (invariant I8).
/// </summary>
public static class LogReader
{
    // A log that is moved on faster than it can be opened is read with a gap at last.
    private const int MostAttempts = 100;

    /// <summary>The records that the query asks for, oldest first. Damaged lines are left out; a missing file is an empty log.</summary>
    /// <param name="path">The json-file log.</param>
    /// <param name="query">Which records, and whether to go on until the container ends.</param>
    /// <param name="cancellation">Ends a wait for more.</param>
    public static IEnumerable<LogEntry> Read(string path, LogQuery query, CancellationToken cancellation = default)
    {
        using LogFollower? follower = query.FollowRunDir is { } runDir ? new LogFollower(path, runDir, cancellation) : null;
        List<LogFile> files = OpenSince(path, null);
        try
        {
            if (query.Tail is { } tail)
                SkipToTail(files, tail);
            while (true)
            {
                // Asked before reading to the end: what was written before the container ended is then surely read.
                bool more = follower?.IsRunning ?? false;
                // A file that has a younger one is not written to any more: nor is this one, if it is read to its end afterwards.
                List<LogFile> younger = follower is not null && files.Count > 0 ? OpenSince(path, files[^1]) : [];
                foreach (LogEntry entry in Lines(files))
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (entry.Time < query.Since)
                        continue;
                    if (entry.Time > query.Until)
                        yield break;
                    yield return entry;
                }
                if (younger.Count > 0)
                {
                    files.ForEach(file => file.Dispose());
                    files = younger;
                    continue;
                }
                if (!more)
                    yield break;
                if (files.Count == 0)
                    files = OpenSince(path, null);
                else
                    files.RemoveRange(0, files.Count - 1);
                query.Waiting?.Invoke();
                if (follower!.Wait())
                    continue;
                yield break;
            }
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    // Each is left where its last whole line ends, to be gone on with.
    private static IEnumerable<LogEntry> Lines(List<LogFile> files)
    {
        foreach (FileStream file in files.Select(f => f.Content))
        {
            long position = file.Position;
            var lines = new LogLines(file);
            while (lines.Next() is { } line)
            {
                position += lines.Taken;
                if (LogLineParser.Parse(line.Span) is { } entry)
                    yield return entry;
            }
            file.Position = position;
        }
    }

    // Oldest first. Where the youngest is another by then, they have moved on, maybe more than once, and it is done anew.
    private static List<LogFile> OpenSince(string path, LogFile? last)
    {
        for (int attempt = 1; ; attempt++)
        {
            List<LogFile> files = TryOpenSince(path, last, out FileStatus? youngest);
            if (attempt == MostAttempts || IsSame(StatusOf(path), youngest))
                return files;
            files.ForEach(file => file.Dispose());
        }
    }

    // The youngest is opened first: a file that moves meanwhile is then met again, and none is missed.
    private static List<LogFile> TryOpenSince(string path, LogFile? last, out FileStatus? youngest)
    {
        var files = new List<LogFile>();
        youngest = null;
        foreach (string name in LogFiles.All(path))
        {
            if (LogFile.TryOpen(name) is not { } file)
                continue;
            if (name == path)
                youngest = FileDescriptor.StatusOf(file.Content);
            if (last is not null && file.IsSameAs(last))
            {
                file.Dispose();
                break;
            }
            if (files.Count > 0 && file.IsSameAs(files[0]))
                file.Dispose();
            else
                files.Insert(0, file);
        }
        return files;
    }

    private static FileStatus? StatusOf(string path)
    {
        using LogFile? file = LogFile.TryOpen(path);
        return file is null ? null : FileDescriptor.StatusOf(file.Content);
    }

    private static bool IsSame(FileStatus? a, FileStatus? b) => a is { } one && b is { } other ? one.IsSameFileAs(other) : a is null && b is null;

    private static void SkipToTail(List<LogFile> files, int tail)
    {
        for (int i = files.Count - 1; i >= 0; i--)
        {
            files[i].Content.Position = LogTail.Find(files[i].Content, tail, out int found);
            tail -= found;
            if (tail > 0 || i == 0)
                continue;
            files.Take(i).ToList().ForEach(file => file.Dispose());
            files.RemoveRange(0, i);
            return;
        }
    }
}
