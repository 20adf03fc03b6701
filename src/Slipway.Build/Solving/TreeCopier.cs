using System.Runtime.ExceptionServices;
using Slipway.Build.Context;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Build.Solving;

/// <summary>Writes what a scan selected into a directory of a stage: directories one after another, the files in them several at once.</summary>
internal sealed class TreeCopier(SourceTree tree, CopyAttributes attributes, EarlierFiles? earlier, CancellationToken ct) : IDisposable
{
    // A descriptor for each group of links is dear: only so many groups are tracked, the others become copies.
    private const int MaxTracked = 256, FilesAtOnce = 64;
    private readonly FileCopier _files = new(tree, attributes, earlier, ct);

    // Hard links of the source become hard links of the copy.
    private readonly Dictionary<(ulong Inode, DeviceNumber Device), (DirFd Directory, byte[] Name)> _linked = [];
    private readonly List<DirFd> _kept = [];
    private readonly SemaphoreSlim _room = new(Math.Clamp(System.Environment.ProcessorCount, 2, 8));
    private readonly List<Task> _working = [];
    private ExceptionDispatchInfo? _failure;

    /// <summary>Copies a file or a link under one name.</summary>
    /// <param name="source">The file.</param>
    /// <param name="directory">A directory of the overlay.</param>
    /// <param name="name">The name.</param>
    public void CopyLeaf(SelectedSource source, DirFd directory, string name) => Replace(new(source.Path, name, source.Entries[0]), directory);

    /// <summary>Copies what a directory holds into another one.</summary>
    /// <param name="source">The directory.</param>
    /// <param name="target">The other; released when all is done.</param>
    public void CopyContents(SelectedSource source, CopyTarget target)
    {
        // The directories from the target down to the current one; entries come parents first.
        var open = new Stack<(string Path, CopyTarget Target)>([("", target)]);
        try
        {
            foreach (SourceEntry entry in source.Entries.Skip(1))
            {
                ct.ThrowIfCancellationRequested();
                _failure?.Throw();
                int slash = entry.Path.LastIndexOf('/');
                string parent = slash < 0 ? "" : entry.Path[..slash], name = entry.Path[(slash + 1)..];
                while (open.Peek().Path != parent)
                    Close(open.Pop().Target);
                CopyTarget into = open.Peek().Target;
                var file = new CopiedFile(SourceSelector.Join(source.Path, entry.Path), name, entry);
                if (entry.Status.IsDirectory)
                    open.Push((entry.Path, MakeDirectory(into, file)));
                else
                    Copy(file, into);
            }
        }
        finally
        {
            foreach ((_, CopyTarget left) in open)
                Close(left);
            Task.WaitAll([.. _working], CancellationToken.None);
        }
        _failure?.Throw();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _kept.ForEach(directory => directory.Dispose());
        _room.Dispose();
    }

    private CopyTarget MakeDirectory(CopyTarget into, in CopiedFile file)
    {
        byte[] name = FileNames.Encode(file.Name);
        bool isTaken = into.IsTaken(file.Name);
        DirFd parent = isTaken ? into.Merged! : into.Own;
        bool isMade = parent.TryMakeDirectory(name);
        if (!isMade && !parent.Status(name).IsDirectory)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"cannot copy to non-directory: '{Printable.Escape(file.Entry.Path)}'");
        bool isCopy = isMade || !file.Entry.IsOnlyParent;
        if (isCopy)
            _files.Adorn(parent, name, file.Entry);
        FileTime? time = isCopy ? attributes.TimeOf(tree, file.Entry.Status) : null;
        DirFd? earlierOne = into.Earlier?.TryOpenDirectory(name);
        string path = SourceSelector.Join(into.Path, file.Name);
        // Adorned through the overlay, it is in the upper directory too; otherwise what is made in it goes through the overlay.
        return !isTaken ? new(parent.OpenDirectory(name), null, earlierOne, path) { Time = time }
            : new(into.Own.TryOpenDirectory(name) ?? parent.OpenDirectory(name), parent.OpenDirectory(name), earlierOne, path) { Time = time };
    }

    private void Copy(in CopiedFile file, CopyTarget into)
    {
        if (into.IsTaken(file.Name))
        {
            Replace(file, into.Merged!);
        }
        else if (file.Entry.Status is { IsRegular: true, Links: > 1 })
        {
            CopyLinked(file, into.Own);
        }
        else
        {
            into.Pending.Add(file);
            if (into.Pending.Count >= FilesAtOnce)
                Send(into);
        }
    }

    private void Close(CopyTarget target)
    {
        Send(target);
        target.Release();
    }

    private void Send(CopyTarget into)
    {
        if (into.Pending.Count == 0 || _failure is not null)
            return;
        CopiedFile[] files = [.. into.Pending];
        into.Pending.Clear();
        into.Take();
        _room.Wait(CancellationToken.None);
        _working.RemoveAll(task => task.IsCompleted);
        _working.Add(Task.Run(() => CopyAll(files, into), CancellationToken.None));
    }

    private void CopyAll(CopiedFile[] files, CopyTarget into)
    {
        try
        {
            foreach (CopiedFile file in files)
            {
                if (ct.IsCancellationRequested || Volatile.Read(ref _failure) is not null)
                    return;
                if (!_files.TryCopy(file, into))
                    Replace(file, into.Own);
            }
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
        }
        finally
        {
            into.Release();
            _room.Release();
        }
    }

    // Another source of the same COPY, or the stage below, may have something of that name.
    private void Replace(in CopiedFile file, DirFd directory)
    {
        byte[] name = FileNames.Encode(file.Name);
        if (directory.TryStatus(name, out FileStatus there))
        {
            if (there.IsDirectory)
                throw new SlipwayException(ErrorKind.InvalidArgument, $"cannot copy '/{Printable.Escape(file.Path)}' over a directory");
            directory.TryUnlink(name);
        }
        if (file.Entry.Status is { IsRegular: true, Links: > 1 })
            CopyLinked(file, directory);
        else if (!_files.TryCopy(file, directory, name))
            throw Taken(file);
    }

    private void CopyLinked(in CopiedFile file, DirFd directory)
    {
        byte[] name = FileNames.Encode(file.Name);
        (ulong, DeviceNumber) inode = (file.Entry.Status.Inode, file.Entry.Status.Device);
        if (_linked.TryGetValue(inode, out (DirFd Directory, byte[] Name) first) && TryLink(directory, name, first))
            return;
        if (!_files.TryCopy(file, directory, name))
            throw Taken(file);
        if (_kept.Count >= MaxTracked)
            return;
        DirFd kept = directory.Reopen();
        _kept.Add(kept);
        _linked[inode] = (kept, name);
    }

    // From the overlay to the upper directory itself there is no link: then it is a copy.
    private static bool TryLink(DirFd directory, byte[] name, (DirFd Directory, byte[] Name) first)
    {
        try
        {
            return directory.TryLink(name, first.Directory, first.Name);
        }
        catch (LinuxException e) when (e.Errno == Errno.EXDEV)
        {
            return false;
        }
    }

    private static SlipwayException Taken(in CopiedFile file) =>
        new(ErrorKind.Conflict, $"create '{Printable.Escape(file.Path)}' in the stage: the name is taken");
}
