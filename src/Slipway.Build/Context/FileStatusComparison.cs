using Slipway.Linux.Files;

namespace Slipway.Build.Context;

/// <summary>Tells a file that is as it was.</summary>
internal static class FileStatusComparison
{
    /// <summary>Whether nothing of a file's content can have changed. The kernel moves the time of the last change with every write, and nobody can set it back.</summary>
    public static bool IsUnchangedFrom(this in FileStatus now, in FileStatus then) =>
        now.IsRegular && now.IsSameFileAs(then) && now.Size == then.Size && now.Modified == then.Modified && now.Changed == then.Changed;
}
