using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Store.Archives;

public sealed partial class TarEntryReader
{
    private const uint NoId = uint.MaxValue;

    /// <summary>Headers that came before an entry and belong to it.</summary>
    private sealed class Extensions
    {
        public byte[]? LongName;
        public byte[]? LongLink;
        public PaxRecords? Pax;

        public bool Any => LongName is not null || LongLink is not null || Pax is not null;
    }

    private bool IsGnu => _block.AsSpan(TarFormat.Magic).SequenceEqual(TarFormat.GnuMagic);

    private bool IsUstar => _block.AsSpan(TarFormat.Magic)[..6].SequenceEqual(TarFormat.UstarMagic[..6]);

    // Reads the header in the block when it is an extension; false when it is an entry.
    private bool TakeExtension(Extensions extensions)
    {
        switch ((char)_block[TarFormat.TypeOffset])
        {
            case 'L':
                extensions.LongName = Text(ReadExtension(ExtensionSize(), "long name")).ToArray();
                return true;
            case 'K':
                extensions.LongLink = Text(ReadExtension(ExtensionSize(), "long link target")).ToArray();
                return true;
            case 'x':
                extensions.Pax = PaxRecords.Parse(ReadExtension(ExtensionSize(), "PAX header"));
                return true;
            case 'g':
                PaxRecords.Parse(ReadExtension(ExtensionSize(), "PAX header"));
                return true;
            default:
                return false;
        }
    }

    private long ExtensionSize() => Number(TarFormat.Size, "size", Text(_block.AsSpan(TarFormat.Name)));

    private TarEntry Complete(Extensions extensions)
    {
        PaxRecords? pax = extensions.Pax;
        byte[] name = pax?.Find("GNU.sparse.name") ?? pax?.Find("path") ?? extensions.LongName ?? HeaderName();
        if (name.Length == 0)
            throw Bad(name, "it has no name");
        byte[] link = pax?.Find("linkpath") ?? extensions.LongLink ?? Text(_block.AsSpan(TarFormat.LinkName)).ToArray();
        if (name.Contains((byte)0) || link.Contains((byte)0))
            throw Bad(name, "its name or target holds a NUL");
        TarEntryKind kind = Kind(name);
        long stored = kind == TarEntryKind.Regular ? pax?.FindNumber("size") ?? Number(TarFormat.Size, "size", name) : 0;
        if (stored < 0)
            throw Bad(name, "its size is negative");
        if (stored > _limits.MaxBytes - _bytes)
            throw new TarException($"read archive: its content is more than the {_limits.MaxBytes} bytes allowed", ErrorKind.Exhausted);
        _bytes += stored;
        (List<TarExtent>? extents, long size, long left) = kind == TarEntryKind.Regular ? Sparse(pax, stored, name) : (null, 0, 0);
        _content = new TarContent(this, extents, left, stored);
        return Current = new()
        {
            Name = name,
            Kind = kind,
            Mode = (uint)Number(TarFormat.Mode, "mode", name) & 0xfff,
            Uid = Id(pax?.FindNumber("uid") ?? Number(TarFormat.Uid, "owner", name), name),
            Gid = Id(pax?.FindNumber("gid") ?? Number(TarFormat.Gid, "group", name), name),
            Size = size,
            Modified = Time(pax, name),
            LinkName = kind is TarEntryKind.HardLink or TarEntryKind.Symlink ? link : [],
            Device = kind is TarEntryKind.CharacterDevice or TarEntryKind.BlockDevice ? Device(name) : default,
            Xattrs = pax?.Xattrs ?? [],
            Extents = extents,
        };
    }

    private byte[] HeaderName()
    {
        ReadOnlySpan<byte> name = Text(_block.AsSpan(TarFormat.Name));
        // In GNU's form other fields stand where ustar has its prefix.
        ReadOnlySpan<byte> prefix = IsUstar && !IsGnu ? Text(_block.AsSpan(TarFormat.Prefix)) : default;
        return prefix.IsEmpty ? name.ToArray() : [.. prefix, (byte)'/', .. name];
    }

    private TarEntryKind Kind(ReadOnlySpan<byte> name) => (char)_block[TarFormat.TypeOffset] switch
    {
        // Before there was a type for directories, a slash at the end made one.
        '0' or '\0' when name[^1] == (byte)'/' => TarEntryKind.Directory,
        '0' or '\0' or '7' or 'S' => TarEntryKind.Regular,
        '1' => TarEntryKind.HardLink,
        '2' => TarEntryKind.Symlink,
        '3' => TarEntryKind.CharacterDevice,
        '4' => TarEntryKind.BlockDevice,
        '5' => TarEntryKind.Directory,
        '6' => TarEntryKind.Fifo,
        _ => throw Bad(name, $"its type 0x{_block[TarFormat.TypeOffset]:x2} is not known"),
    };

    private static uint Id(long value, ReadOnlySpan<byte> name) =>
        value is >= 0 and < NoId ? (uint)value : throw Bad(name, $"its owner or group {value} is out of range");

    private FileTime Time(PaxRecords? pax, ReadOnlySpan<byte> name)
    {
        if (pax?.Find("mtime") is not { } text)
            return new(Number(TarFormat.Modified, "time", name), 0);
        return TarNumber.TryParseTime(text, out FileTime time) ? time : throw Bad(name, "its time is not a number");
    }

    private DeviceNumber Device(ReadOnlySpan<byte> name)
    {
        long major = Number(TarFormat.DeviceMajor, "device", name), minor = Number(TarFormat.DeviceMinor, "device", name);
        // What mknod(2) can say: 12 and 20 bits.
        return major is >= 0 and < 1 << 12 && minor is >= 0 and < 1 << 20
            ? new((uint)major, (uint)minor)
            : throw Bad(name, $"its device {major}:{minor} is out of range");
    }
}
