using System.IO.Pipelines;
using Slipway.Linux.Files;
using Slipway.Store.Archives;

namespace Slipway.Engine.Copying;

/// <summary>
/// Copies trees as a tar stream from one directory handle to another: what a link, a device or a hostile name may do is settled in one place,
/// the unpacker. Memory does not depend on the size of the tree.
/// </summary>
internal static class TreeTransfer
{
    /// <summary>Packs on one thread and unpacks on this one.</summary>
    /// <param name="pack">Packs what is to be copied.</param>
    /// <param name="packOptions">How.</param>
    /// <param name="target">Where to.</param>
    /// <param name="unpackOptions">How it lands there.</param>
    /// <param name="cancel">Stops both.</param>
    public static void Copy(Action<TreePacker> pack, PackOptions packOptions, DirFd target, UnpackOptions unpackOptions, CancellationToken cancel)
    {
        var pipe = new Pipe();
        Task packing = Task.Run(() => Pack(pack, packOptions, pipe.Writer, cancel), CancellationToken.None);
        try
        {
            using Stream input = pipe.Reader.AsStream();
            new TreeUnpacker(target, unpackOptions).Unpack(new TarEntryReader(input), cancel);
        }
        catch (Exception e)
        {
            pipe.Reader.Complete(e);
            // The packer's own failure is the cause; ours only followed from it.
            packing.GetAwaiter().GetResult();
            throw;
        }
        packing.GetAwaiter().GetResult();
    }

    /// <summary>Packs to a stream of the caller's.</summary>
    public static void Write(Action<TreePacker> pack, PackOptions options, Stream to, CancellationToken cancel)
    {
        var writer = new TarEntryWriter(to);
        pack(new TreePacker(writer, options, cancel));
        writer.Finish();
        to.Flush();
    }

    private static void Pack(Action<TreePacker> pack, PackOptions options, PipeWriter to, CancellationToken cancel)
    {
        try
        {
            using Stream output = to.AsStream(leaveOpen: true);
            Write(pack, options, output, cancel);
            to.Complete();
        }
        catch (Exception e)
        {
            to.Complete(e);
            throw;
        }
    }
}
