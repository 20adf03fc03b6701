using Slipway.Linux.Files;
using Slipway.Store.Archives;

namespace Slipway.Build.Context;

/// <summary>When an archive was made, as far as it tells.</summary>
public static class ArchiveTime
{
    /// <summary>The time of the newest file in an archive; null where it is none, or holds none.</summary>
    public static DateTimeOffset? NewestOf(Stream archive, CancellationToken ct)
    {
        try
        {
            using Stream plain = Compression.OpenArchive(archive);
            var reader = new TarEntryReader(plain) { MayLackEnd = true };
            FileTime? newest = null;
            while (reader.Next(ct) is { } entry)
            {
                if (entry.Kind == TarEntryKind.Regular && (newest is null || entry.Modified.Seconds > newest.Value.Seconds))
                    newest = entry.Modified;
            }
            return newest is { } time ? DateTimeOffset.FromUnixTimeSeconds(time.Seconds) : null;
        }
        catch (Exception e) when (e is TarException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }
}
