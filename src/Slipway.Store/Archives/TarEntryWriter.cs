using System.Text;

namespace Slipway.Store.Archives;

/// <summary>
/// Writes an archive: ustar headers, with a PAX header before an entry only where ustar can't say it (long or large values, times before
/// 1970, attributes). Nothing of the machine or the moment enters it: no user names, no process number, whole seconds. Equal entries
/// give equal bytes. Does not close the stream.
/// </summary>
public sealed class TarEntryWriter
{
    private const int LongestName = 100;
    private const int LongestPrefix = 155;
    private readonly Stream _target;
    private readonly byte[] _block = new byte[TarFormat.BlockSize];
    private long _left;
    private int _padding;

    /// <summary>Writes from the stream's position on.</summary>
    public TarEntryWriter(Stream target) => _target = target;

    /// <summary>Hears of each entry before anything of it is written.</summary>
    internal Action<TarEntry>? Entering { get; init; }

    /// <summary>Begins an entry. Exactly <see cref="TarEntry.Size"/> bytes of content follow through <see cref="WriteContent"/>; holes are written as zeroes.</summary>
    public void WriteEntry(TarEntry entry)
    {
        RequireComplete();
        Entering?.Invoke(entry);
        byte[] pax = Pax(entry);
        if (pax.Length > 0)
            WritePax(pax);
        WriteHeader(entry);
        _left = entry.Kind == TarEntryKind.Regular ? entry.Size : 0;
        _padding = TarFormat.Padding(_left);
        EndContent();
    }

    /// <summary>Writes content of the entry begun last.</summary>
    public void WriteContent(ReadOnlySpan<byte> content)
    {
        if (content.Length > _left)
            throw new InvalidOperationException("more content than the entry's size says");
        _target.Write(content);
        _left -= content.Length;
        EndContent();
    }

    /// <summary>Writes the end mark: two blocks of zeroes.</summary>
    public void Finish()
    {
        RequireComplete();
        _block.AsSpan().Clear();
        _target.Write(_block);
        _target.Write(_block);
    }

    private void EndContent()
    {
        if (_left > 0 || _padding == 0)
            return;
        _block.AsSpan(0, _padding).Clear();
        _target.Write(_block.AsSpan(0, _padding));
        _padding = 0;
    }

    private void RequireComplete()
    {
        if (_left > 0)
            throw new InvalidOperationException($"{_left} bytes of the last entry's content are missing");
    }

    // In alphabetical order, so that there is one way only.
    private static byte[] Pax(TarEntry entry)
    {
        var records = new MemoryStream();
        if (!TarNumber.FitsOctal(entry.Gid, 8))
            Record(records, "gid"u8, TarNumber.Decimal(entry.Gid));
        if (entry.LinkName.Length > LongestName)
            Record(records, "linkpath"u8, entry.LinkName);
        if (!TarNumber.FitsOctal(entry.Modified.Seconds, 12) || entry.Modified.Nanoseconds != 0)
            Record(records, "mtime"u8, TarNumber.Decimal(entry.Modified));
        if (!TrySplit(entry.Name, out _))
            Record(records, "path"u8, entry.Name);
        foreach (TarXattr xattr in entry.Xattrs.OrderBy(x => x.Key, s_byBytes))
            Record(records, [.. "SCHILY.xattr."u8, .. xattr.Key], xattr.Value);
        if (!TarNumber.FitsOctal(entry.Size, 12))
            Record(records, "size"u8, TarNumber.Decimal(entry.Size));
        if (!TarNumber.FitsOctal(entry.Uid, 8))
            Record(records, "uid"u8, TarNumber.Decimal(entry.Uid));
        return records.ToArray();
    }

    private static readonly Comparer<byte[]> s_byBytes = Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b));

    private static void Record(MemoryStream records, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        // The length counts its own digits.
        int rest = key.Length + value.Length + 3;
        int length = rest + 1;
        while (Digits(length) + rest != length)
            length = Digits(length) + rest;
        records.Write(Encoding.ASCII.GetBytes($"{length} "));
        records.Write(key);
        records.Write("="u8);
        records.Write(value);
        records.Write("\n"u8);
    }

    private static int Digits(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture).Length;

    private void WritePax(byte[] records)
    {
        _block.AsSpan().Clear();
        "PaxHeader"u8.CopyTo(_block);
        Numbers(0x1a4, 0, 0, records.Length, 0);
        Seal((byte)'x');
        _target.Write(records);
        _padding = TarFormat.Padding(records.Length);
        EndContent();
    }

    private void WriteHeader(TarEntry entry)
    {
        _block.AsSpan().Clear();
        if (TrySplit(entry.Name, out int prefix))
        {
            entry.Name.AsSpan(0, prefix).CopyTo(_block.AsSpan(TarFormat.Prefix));
            entry.Name.AsSpan(prefix == 0 ? 0 : prefix + 1).CopyTo(_block.AsSpan(TarFormat.Name));
        }
        else
        {
            entry.Name.AsSpan(0, LongestName).CopyTo(_block);
        }
        entry.LinkName.AsSpan(0, Math.Min(entry.LinkName.Length, LongestName)).CopyTo(_block.AsSpan(TarFormat.LinkName));
        Numbers(entry.Mode, entry.Uid, entry.Gid, entry.Kind == TarEntryKind.Regular ? entry.Size : 0, entry.Modified.Seconds);
        TarNumber.WriteOctal(_block.AsSpan(TarFormat.DeviceMajor), entry.Device.Major);
        TarNumber.WriteOctal(_block.AsSpan(TarFormat.DeviceMinor), entry.Device.Minor);
        Seal(entry.Kind switch
        {
            TarEntryKind.Regular => (byte)'0',
            TarEntryKind.HardLink => (byte)'1',
            TarEntryKind.Symlink => (byte)'2',
            TarEntryKind.CharacterDevice => (byte)'3',
            TarEntryKind.BlockDevice => (byte)'4',
            TarEntryKind.Directory => (byte)'5',
            _ => (byte)'6',
        });
    }

    // What doesn't fit stands in the PAX header; the field holds 0.
    private void Numbers(uint mode, long uid, long gid, long size, long modified)
    {
        TarNumber.WriteOctal(_block.AsSpan(TarFormat.Mode), mode);
        TarNumber.WriteOctal(_block.AsSpan(TarFormat.Uid), TarNumber.FitsOctal(uid, 8) ? uid : 0);
        TarNumber.WriteOctal(_block.AsSpan(TarFormat.Gid), TarNumber.FitsOctal(gid, 8) ? gid : 0);
        TarNumber.WriteOctal(_block.AsSpan(TarFormat.Size), TarNumber.FitsOctal(size, 12) ? size : 0);
        TarNumber.WriteOctal(_block.AsSpan(TarFormat.Modified), TarNumber.FitsOctal(modified, 12) ? modified : 0);
    }

    private void Seal(byte type)
    {
        _block[TarFormat.TypeOffset] = type;
        TarFormat.UstarMagic.CopyTo(_block.AsSpan(TarFormat.Magic));
        _block.AsSpan(TarFormat.Checksum).Fill((byte)' ');
        int sum = 0;
        foreach (byte b in _block)
            sum += b;
        // Six digits, NUL, space: as every writer has done since v7.
        TarNumber.WriteOctal(_block.AsSpan(148, 7), sum);
        _target.Write(_block);
    }

    // Where ustar's two fields can hold the name: the slash between them is not stored.
    private static bool TrySplit(ReadOnlySpan<byte> name, out int prefix)
    {
        prefix = 0;
        if (name.Length <= LongestName)
            return true;
        if (name.Length > LongestPrefix + 1 + LongestName)
            return false;
        int slash = name[..Math.Min(name.Length - 1, LongestPrefix + 1)].LastIndexOf((byte)'/');
        prefix = slash;
        return slash > 0 && name.Length - slash - 1 <= LongestName;
    }
}
