using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Archives;
using Slipway.Store.Images;
using Slipway.Store.Images.Archives;

namespace Slipway.Build.Export;

/// <summary>The outputs that are files: of the result, or of its image.</summary>
internal static class FileOutputs
{
    /// <summary>Writes the files to where an output says; nothing for outputs that take an image.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="open">Opens the root of the result; called once at most.</param>
    /// <param name="ct">Ends it.</param>
    public static void Write(BuildOutput output, Func<DirFd> open, CancellationToken ct)
    {
        switch (output)
        {
            case LocalOutput local:
                using (DirFd root = open(), target = OpenTarget(local.Path))
                    new LocalExporter(ct).CopyContents(root, target);
                break;
            case TarOutput { Path: null }:
                using (Stream standard = Console.OpenStandardOutput())
                    WriteTar(open, standard, ct);
                break;
            case TarOutput { Path: { } path }:
                WholeFile.Write(path, file => WriteTar(open, file, ct));
                break;
        }
    }

    /// <summary>Writes an image as an archive.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="image">Its documents and blobs are kept by the caller.</param>
    /// <param name="tags">Names for it, besides those of the output.</param>
    /// <param name="archives">Writes it.</param>
    /// <param name="ct">Ends it.</param>
    public static void Write(ArchiveOutput output, ImageRecord image, IReadOnlyList<Reference> tags, ImageArchives archives, CancellationToken ct)
    {
        IReadOnlyList<Reference> names = [.. tags, .. output.Names];
        if (output.Path is not null)
        {
            WholeFile.Write(output.Path, file => archives.Save(file, [(image, names)], output.Format, ct));
            return;
        }
        using Stream standard = Console.OpenStandardOutput();
        archives.Save(standard, [(image, names)], output.Format, ct);
    }

    private static void WriteTar(Func<DirFd> open, Stream to, CancellationToken ct)
    {
        using DirFd root = open();
        using var buffered = new BufferedStream(to, 256 * 1024);
        var writer = new TarEntryWriter(buffered);
        new TreePacker(writer, new PackOptions(), ct).PackContents(root, []);
        writer.Finish();
    }

    private static DirFd OpenTarget(string path)
    {
        try
        {
            return DirFd.Open(Directory.CreateDirectory(path).FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SlipwayException(ErrorKind.InvalidArgument, $"write the result to '{Linux.Printable.Escape(path)}': {e.Message}", e);
        }
    }
}
