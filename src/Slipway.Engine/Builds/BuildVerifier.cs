using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Store.Checking;
using Slipway.Store.Images;
using Slipway.Store.Layers;

namespace Slipway.Engine.Builds;

/// <summary>Compares two images of one build, and says where they part.</summary>
internal sealed class BuildVerifier(LayerStore layers, CancellationToken ct)
{
    private const int Looked = 64 * 1024;

    /// <summary>The first difference; null where there is none.</summary>
    public BuildDifference? Compare(ImageRecord first, ImageRecord second)
    {
        if (first.Id == second.Id)
            return null;
        IReadOnlyList<Digest> one = first.Config.Rootfs.DiffIds, other = second.Config.Rootfs.DiffIds;
        for (int i = 0; i < Math.Min(one.Count, other.Count); i++)
        {
            if (one[i] != other[i])
                return CompareLayers(InstructionOf(first.Config, i), first.ChainIds[i], second.ChainIds[i]);
        }
        return one.Count != other.Count
            ? new(InstructionOf(first.Config, Math.Min(one.Count, other.Count)), null, $"{other.Count} layers instead of {one.Count}", null, 0)
            : new(null, null, "the configurations differ: see 'slip diff'", null, 0);
    }

    private BuildDifference CompareLayers(string? instruction, Digest one, Digest other)
    {
        IReadOnlyList<TreeDifference> found = layers.Compare(one, other, ct);
        if (found.Count == 0)
            return new(instruction, null, "the layers' archives differ, and their files don't", null, 0);
        // A directory's time says only that something in it is another.
        TreeDifference worst = found.FirstOrDefault(d => d.What != "another time") ?? found[0];
        (byte[] before, byte[] after, long first, long last) = Contents(one, other, worst.Path);
        string what = first >= 0 ? $"bytes {first} to {last} differ" : worst.What;
        return new(instruction, worst.Path, what, KnownCauses.Find(worst.Path, before, after, first, last), found.Select(d => d.Path).Distinct().Count() - 1);
    }

    // The beginnings of both files, and the first and last byte that differ.
    private (byte[] Before, byte[] After, long First, long Last) Contents(Digest one, Digest other, string path)
    {
        using FileStream? a = TryOpen(one, path), b = TryOpen(other, path);
        if (a is null || b is null)
            return ([], [], -1, -1);
        byte[] before = new byte[Looked], after = new byte[Looked];
        byte[] headBefore = [], headAfter = [];
        long first = -1, last = -1;
        for (long at = 0; ; at += Looked)
        {
            ct.ThrowIfCancellationRequested();
            int x = a.ReadAtLeast(before, Looked, throwOnEndOfStream: false), y = b.ReadAtLeast(after, Looked, throwOnEndOfStream: false);
            if (at == 0)
                (headBefore, headAfter) = (before[..x], after[..y]);
            for (int i = 0; i < Math.Max(x, y); i++)
            {
                if (i < x && i < y && before[i] == after[i])
                    continue;
                first = first < 0 ? at + i : first;
                last = at + i;
            }
            if (x < Looked && y < Looked)
                return (headBefore, headAfter, first, last);
        }
    }

    private FileStream? TryOpen(Digest layer, string path)
    {
        using DirFd root = DirFd.Open(layers.PathOf(layer));
        using SafeFd? named = root.TryOpenPath(System.Text.Encoding.UTF8.GetBytes(path.TrimStart('/')), OpenFlags.Path, Resolve.NoLinks);
        return named is not null && named.Status().IsRegular ? named.Reopen(OpenFlags.ReadOnly).ToStream(FileAccess.Read) : null;
    }

    // History has an entry an instruction; those without a layer say so.
    private static string? InstructionOf(ImageConfig config, int layer) =>
        (config.History ?? []).Where(entry => entry.EmptyLayer != true).ElementAtOrDefault(layer)?.CreatedBy;
}
