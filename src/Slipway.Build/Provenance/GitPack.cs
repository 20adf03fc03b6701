namespace Slipway.Build.Provenance;

/// <summary>Entries of a pack and what deltas say (gitformat-pack(5)).</summary>
internal static class GitPack
{
    public const int Commit = 1, OffsetDelta = 6, NameDelta = 7;

    private const int MaxHeader = 96;

    /// <summary>The beginning of an entry.</summary>
    /// <param name="Type">What it is.</param>
    /// <param name="Size">Bytes of its plain content.</param>
    /// <param name="Data">Where that begins, packed.</param>
    /// <param name="Back">How far before it the entry is that it changes.</param>
    /// <param name="Base">The name of the object that it changes.</param>
    public readonly record struct Header(int Type, long Size, long Data, long Back, byte[]? Base);

    public static Header ReadHeader(SafeFileReader pack, long offset, int idLength)
    {
        var bytes = new byte[MaxHeader];
        int length = pack.ReadAt(offset, bytes), at = 0;
        byte first = Next(bytes, length, ref at);
        int type = (first >> 4) & 7;
        long size = first & 0xf;
        for (int shift = 4; (bytes[at - 1] & 0x80) != 0; shift += 7)
            size |= (long)(Next(bytes, length, ref at) & 0x7f) << Math.Min(shift, 56);
        long back = 0;
        byte[]? name = null;
        if (type == OffsetDelta)
        {
            byte b = Next(bytes, length, ref at);
            back = b & 0x7f;
            for (; (b & 0x80) != 0 && back < long.MaxValue >> 8; back = ((back + 1) << 7) | (long)(b & 0x7f))
                b = Next(bytes, length, ref at);
        }
        else if (type == NameDelta)
        {
            name = bytes[at..(at + idLength)];
            at += idLength;
        }
        return new(type, size, offset + at, back, name);
    }

    /// <summary>What a delta makes of an object: pieces of it, and new ones.</summary>
    public static byte[] Apply(byte[] below, byte[] delta, int max)
    {
        int at = 0;
        long source = Length(delta, ref at), target = Length(delta, ref at);
        if (source != below.Length || target > max)
            throw new InvalidDataException("git delta doesn't fit");
        var result = new List<byte>((int)target);
        while (at < delta.Length && result.Count <= target)
        {
            byte op = Next(delta, delta.Length, ref at);
            if ((op & 0x80) == 0)
            {
                result.AddRange(delta.AsSpan(at, op));
                at += op;
                continue;
            }
            int offset = Field(delta, op, 4, ref at), size = Field(delta, op >> 4, 3, ref at);
            result.AddRange(below.AsSpan(offset, size == 0 ? 0x10000 : size));
        }
        return result.Count == target ? [.. result] : throw new InvalidDataException("git delta doesn't fit");
    }

    private static int Field(byte[] delta, int bits, int count, ref int at)
    {
        int value = 0;
        for (int i = 0; i < count; i++)
        {
            if ((bits & (1 << i)) != 0)
                value |= Next(delta, delta.Length, ref at) << (8 * i);
        }
        return value;
    }

    private static long Length(byte[] delta, ref int at)
    {
        long value = 0;
        byte b = 0x80;
        for (int shift = 0; (b & 0x80) != 0; shift += 7)
        {
            b = Next(delta, delta.Length, ref at);
            value |= (long)(b & 0x7f) << Math.Min(shift, 56);
        }
        return value;
    }

    private static byte Next(byte[] bytes, int length, ref int at) => at < length ? bytes[at++] : throw new InvalidDataException("git pack is cut");
}
