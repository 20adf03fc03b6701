using System.Text;
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
    /// <param name="roots">The result, or those of several platforms; each is opened once at most.</param>
    /// <param name="ct">Ends it.</param>
    public static void Write(BuildOutput output, IReadOnlyList<OutputRoot> roots, CancellationToken ct)
    {
        switch (output)
        {
            case LocalOutput local:
                foreach (OutputRoot part in roots)
                {
                    using DirFd root = part.Open(), target = OpenTarget(Path.Join(local.Path, part.Folder));
                    new LocalExporter(ct).CopyContents(root, target);
                }
                break;
            case TarOutput { Path: null }:
                using (Stream standard = Console.OpenStandardOutput())
                    WriteTar(roots, standard, ct);
                break;
            case TarOutput { Path: { } path }:
                WholeFile.Write(path, file => WriteTar(roots, file, ct));
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
        WriteArchive(output, to => archives.Save(to, [(image, names)], output.Format, ct));
    }

    /// <summary>Writes the images of several platforms as one archive.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="images">Their documents and blobs are kept by the caller.</param>
    /// <param name="tags">Names for them, besides those of the output.</param>
    /// <param name="archives">Writes it.</param>
    /// <param name="ct">Ends it.</param>
    public static void Write(ArchiveOutput output, PlatformImages images, IReadOnlyList<Reference> tags, ImageArchives archives, CancellationToken ct) =>
        WriteArchive(output, to => archives.SaveIndex(to, images, [.. tags, .. output.Names], ct));

    private static void WriteArchive(ArchiveOutput output, Action<Stream> write)
    {
        if (output.Path is not null)
        {
            WholeFile.Write(output.Path, write);
            return;
        }
        using Stream standard = Console.OpenStandardOutput();
        write(standard);
    }

    private static void WriteTar(IReadOnlyList<OutputRoot> roots, Stream to, CancellationToken ct)
    {
        const uint FolderMode = 0b111_101_101;
        using var buffered = new BufferedStream(to, 256 * 1024);
        var writer = new TarEntryWriter(buffered);
        foreach (OutputRoot part in roots)
        {
            if (part.Folder.Length > 0)
                writer.WriteEntry(new() { Name = Encoding.UTF8.GetBytes(part.Folder + "/"), Kind = TarEntryKind.Directory, Mode = FolderMode });
            using DirFd root = part.Open();
            new TreePacker(writer, new PackOptions(), ct).PackContents(root, Encoding.UTF8.GetBytes(part.Folder));
        }
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
