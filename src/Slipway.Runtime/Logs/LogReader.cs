namespace Slipway.Runtime.Logs;

/// <summary>Reads a container's log file. Memory use does not depend on its size, nor on what the container wrote (invariant I8).</summary>
public static class LogReader
{
    /// <summary>The records that the query asks for, oldest first. Damaged lines are left out; a missing file is an empty log.</summary>
    /// <param name="path">The json-file log.</param>
    /// <param name="query">Which records, and whether to go on until the container ends.</param>
    /// <param name="cancellation">Ends a wait for more.</param>
    public static IEnumerable<LogEntry> Read(string path, LogQuery query, CancellationToken cancellation = default)
    {
        using LogFollower? follower = query.FollowRunDir is { } runDir ? new LogFollower(path, runDir, cancellation) : null;
        using FileStream? file = Open(path);
        if (file is null)
            yield break;
        if (query.Tail is { } tail)
            file.Position = LogTail.Find(file, tail);
        var lines = new LogLines(file);
        while (true)
        {
            // Asked before reading to the end: what was written before the container ended is then surely read.
            bool more = follower?.IsRunning ?? false;
            while (lines.Next() is { } line)
            {
                cancellation.ThrowIfCancellationRequested();
                if (LogLineParser.Parse(line.Span) is not { } entry || entry.Time < query.Since)
                    continue;
                if (entry.Time > query.Until)
                    yield break;
                yield return entry;
            }
            if (!more)
                yield break;
            follower!.Wait();
        }
    }

    private static FileStream? Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
