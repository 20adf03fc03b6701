using Slipway.Engine.Containers;
using Slipway.Engine.Disk;
using Slipway.Engine.Images;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Runtime.Logs;
using Slipway.Store.Blobs;

namespace Slipway.Engine.Trash;

/// <summary>
/// Holds the trash to its policy: what is too old goes, then the oldest as long as there is too much, or too little room on the disk. A removal
/// only asks whether there is something to do; doing it is left to a <c>slip</c> of its own, unless the disk is short.
/// </summary>
internal sealed class TrashKeeper(EngineContext context)
{
    // So that a busy machine tidies now and then instead of at each removal.
    private static readonly TimeSpan s_slack = TimeSpan.FromHours(1);
    private const int CountSlack = 50;

    // A layer with more files than this is measured later: what a removal costs must not depend on what there is to remove.
    private const int MeasuredFiles = 256;

    private TrashPolicy Policy => context.Options.Trash;

    /// <summary>What a small tree takes on the disk, in bytes; null: it is a large one.</summary>
    public static long? MeasureSmall(string directory)
    {
        try
        {
            return SmallTree.Measure(directory, MeasuredFiles);
        }
        catch (LinuxException)
        {
            return null; // measured later, then
        }
    }

    /// <summary>To be called after something has come here.</summary>
    public void AfterRemoval()
    {
        // Not left to another: whoever removes on a full disk wants the room now.
        MakeRoom();
        (long count, long bytes, long unmeasured, DateTimeOffset? first) = context.Trash.Sum();
        bool due = unmeasured > 0 || count > TrashPolicy.Count + CountSlack || first + s_slack < context.Now || bytes > Policy.QuotaOn(context.Options.DataRoot);
        if (due && !TryStartTidying())
            Tidy(CancellationToken.None);
    }

    /// <summary>Makes room where the disk has become short, the oldest first. Costs one question to the file system where it has not.</summary>
    public void MakeRoom()
    {
        if (!IsShort())
            return;
        foreach (TrashedItem item in Enumerable.Reverse(context.Trash.List()))
        {
            Remove(item);
            if (!IsShort())
                return;
        }
    }

    /// <summary>Measures what is not measured, and removes what the policy does not let stay.</summary>
    public void Tidy(CancellationToken cancel)
    {
        long quota = Policy.QuotaOn(context.Options.DataRoot), bytes = 0;
        int count = 0;
        foreach (TrashedItem item in context.Trash.List())
        {
            cancel.ThrowIfCancellationRequested();
            bytes += item.Bytes ?? Measure(item, cancel);
            if (++count > TrashPolicy.Count || item.Expires <= context.Now || bytes > quota)
                Remove(item);
        }
        MakeRoom();
    }

    /// <summary>Removes one for good.</summary>
    public void Remove(TrashedItem item)
    {
        if (item.Kind is TrashedKind.Volume)
            context.Volumes.RemoveTrashed(item.Id);
        else
            RemoveContainer(item.Id);
    }

    private void RemoveContainer(string id)
    {
        IReadOnlyList<Digest> images = [];
        using (ContainerLock held = ContainerLock.Take(context.Paths, id))
        {
            // Brought back meanwhile: then the files are its own.
            if (context.Containers.FindById(id) is not null)
                return;
            context.Store.Database.InTransaction(() =>
            {
                images = context.Trash.FindContainer(id) is { } record ? ContainerTable.ImagesOf(record) : [];
                context.Paths.Bin.Take(context.Paths.Upper(id), id);
                context.Trash.DeleteContainer(id);
                context.Store.Leases.Unpin(PinOf(id));
            });
            LogFiles.Delete(context.Paths.Log(id));
            File.Delete(context.Paths.Exit(id));
            File.Delete(context.Paths.Copying(id));
            File.Delete(context.Paths.Lock(id));
        }
        context.Paths.Bin.Empty(id);
        foreach (Digest image in images)
            new ImageRemover(context).RemoveRetired(image);
    }

    /// <summary>Puts the layer of a container back whose removal for good was cut off before that was written down. Takes an entry of the bin.</summary>
    public bool Restore(string removed) => context.Store.Database.InTransaction(() =>
    {
        if (context.Trash.FindContainer(removed) is null || Directory.Exists(context.Paths.Upper(removed)))
            return false;
        Directory.Move(context.Paths.Bin.PathOf(removed), context.Paths.Upper(removed));
        return true;
    });

    /// <summary>The user of the pins of a container that is in the trash.</summary>
    public static string PinOf(string id) => PinPrefix + id;

    /// <summary>Before a container's id, the user of its pins while it is in the trash.</summary>
    public const string PinPrefix = "trash/";

    /// <summary>What one takes on the disk, in bytes, which is written down.</summary>
    public long Measure(TrashedItem item, CancellationToken cancel)
    {
        string tree = item.Kind is TrashedKind.Container ? context.Paths.Upper(item.Id) : Path.Combine(context.Options.StorePaths.Trash, item.Id);
        long bytes = Directory.Exists(tree) ? Store.Snapshots.TreeUsage.Measure(tree, cancel).Bytes : 0;
        if (item.Kind is TrashedKind.Container)
            bytes += LogFiles.All(context.Paths.Log(item.Id)).Sum(DiskBytes.OfFile);
        context.Trash.SetBytes(item, bytes);
        return bytes;
    }

    // Twice the room that no blob may take: the trash goes before a pull has to fail.
    private bool IsShort()
    {
        (long free, long floor) = DiskFloor.Ask(context.Options.DataRoot);
        return free < 2 * floor;
    }

    private bool TryStartTidying()
    {
        if (context.Options.CliPath is not { } program)
            return false;
        try
        {
            using SafeFd nothing = FdIo.OpenNull();
            Spawn.Start(program, [program, "--data-root", context.Options.DataRoot, "--run-root", context.Options.RunRoot, "system", "tidy-trash"], [], [nothing, nothing, nothing], newSession: true);
            return true;
        }
        catch (LinuxException)
        {
            return false;
        }
    }
}
