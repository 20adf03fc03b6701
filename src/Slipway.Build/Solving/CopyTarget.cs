using Slipway.Linux.Files;

namespace Slipway.Build.Solving;

/// <summary>
/// A directory of a stage that files are written into. Names that nothing below the step has are made in the upper directory itself, which is
/// several times quicker than through the overlay; what has a name already goes through the overlay, which knows what that means.
/// </summary>
/// <param name="own">Where new names are made: the upper directory, or the overlay's where that could not be told.</param>
/// <param name="merged">The directory as the overlay shows it; null where there is nothing but what this step makes.</param>
/// <param name="earlier">The directory of the same path in a layer that an earlier version of the step made; null where there is none.</param>
/// <param name="path">Its path in the layer, without a slash at the beginning.</param>
internal sealed class CopyTarget(DirFd own, DirFd? merged, DirFd? earlier, string path)
{
    private readonly HashSet<string>? _taken = merged is null ? null : [.. merged.List().Select(entry => Context.FileNames.Decode(entry.Name))];
    private int _users = 1;

    public DirFd Own { get; } = own;

    public DirFd? Merged { get; } = merged;

    public DirFd? Earlier { get; } = earlier;

    public string Path { get; } = path;

    /// <summary>Whether new names get the directory's group instead of ours.</summary>
    public bool InheritsGroup { get; } = (own.Status().Mode & 0b010_000_000_000) != 0;

    /// <summary>The directory's time in the end, since whatever is made in it changes that; null leaves it.</summary>
    public FileTime? Time { get; init; }

    /// <summary>Files that are to be written here next.</summary>
    public List<CopiedFile> Pending { get; } = [];

    /// <summary>Whether the stage has something of that name already.</summary>
    public bool IsTaken(string name) => _taken?.Contains(name) == true;

    public void Take() => Interlocked.Increment(ref _users);

    /// <summary>Closes the directories when nobody works in them any more.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) > 0)
            return;
        if (Time is { } time)
            Own.Handle.SetTime(time);
        Own.Dispose();
        Merged?.Dispose();
        Earlier?.Dispose();
    }
}

/// <summary>A file that is to be copied.</summary>
/// <param name="Path">In the tree that it comes from.</param>
/// <param name="Name">In the directory that it goes to.</param>
/// <param name="Entry">What is known of it.</param>
internal readonly record struct CopiedFile(string Path, string Name, Context.SourceEntry Entry);
