using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Archives;
using Slipway.Store.Snapshots;

namespace Slipway.Store.Explaining.Packages;

/// <summary>Files of an image that are read as a whole, as its containers would see them; bounded, and never through a link.</summary>
internal sealed class ImageFiles(LayerStack stack)
{
    /// <summary>A file of more bytes is not read.</summary>
    public const int LargestFile = 64 << 20;

    /// <summary>Opens a regular file; null where there is none.</summary>
    public SafeFd? TryOpen(string path)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(path);
        using LayeredDirectory? directory = TryOpenDirectory(PathBytes.Parent(bytes));
        byte[] name = PathBytes.Leaf(bytes).ToArray();
        return directory?.Visible(name) is { } found && found.Top.Status.IsRegular ? directory.Part(found.Top.Layer).OpenName(name, OpenFlags.ReadOnly) : null;
    }

    /// <summary>A whole file; null where there is none.</summary>
    /// <exception cref="SlipwayException">Exhausted: it is larger than <see cref="LargestFile"/>.</exception>
    public byte[]? TryRead(string path)
    {
        using SafeFd? file = TryOpen(path);
        if (file is null)
            return null;
        long size = file.Status().Size;
        if (size > LargestFile)
            throw new SlipwayException(ErrorKind.Exhausted, $"read '{Printable.Escape(path)}' of the image: {size >> 20} MiB are more than the {LargestFile >> 20} that are read");
        byte[] content = new byte[size];
        int filled = 0;
        for (int length; filled < content.Length && (length = file.Read(content.AsSpan(filled))) > 0;)
            filled += length;
        return content[..filled];
    }

    /// <summary>The names in a directory; none where there is none.</summary>
    public IReadOnlyList<string> Names(string directory)
    {
        using LayeredDirectory? found = TryOpenDirectory(Encoding.UTF8.GetBytes(directory));
        return found is null ? [] : [.. found.Names.Where(n => found.Visible(n) is not null).Select(Encoding.UTF8.GetString)];
    }

    private LayeredDirectory? TryOpenDirectory(ReadOnlySpan<byte> path)
    {
        LayeredDirectory at = stack.OpenRoot();
        foreach (Range part in path.Split((byte)'/'))
        {
            byte[] name = path[part].ToArray();
            if (name.Length == 0)
                continue;
            using LayeredDirectory above = at;
            if (above.Visible(name) is not { IsDirectory: true } next)
                return null;
            at = new LayeredDirectory(stack, above.PathOf(name), next.Layers);
        }
        return at;
    }
}
