using System.Text;

namespace Slipway.Store.Tests.Archives;

/// <summary>Writes archives header by header, so that they can be wrong in any way.</summary>
internal sealed class TarBuilder
{
    private readonly List<byte> _bytes = [];

    public TarBuilder Header(byte[] name, char type, long size = 0, string link = "", string mode = "0000644", long uid = 0,
        Action<byte[]>? change = null)
    {
        byte[] block = new byte[512];
        name.AsSpan(0, Math.Min(100, name.Length)).CopyTo(block);
        Text(block, 100, mode);
        Text(block, 108, Convert.ToString(uid, 8).PadLeft(7, '0'));
        Text(block, 116, "0000000");
        Text(block, 124, Convert.ToString(size, 8).PadLeft(11, '0'));
        Text(block, 136, "14000000000");
        block[156] = (byte)type;
        Text(block, 157, link);
        Text(block, 257, "ustar\000");
        change?.Invoke(block);
        Text(block, 148, "        ");
        Text(block, 148, Convert.ToString(block.Sum(b => b), 8).PadLeft(6, '0') + "\0");
        _bytes.AddRange(block);
        return this;
    }

    public TarBuilder Header(string name, char type, long size = 0, string link = "", string mode = "0000644", long uid = 0, Action<byte[]>? change = null) =>
        Header(Encoding.UTF8.GetBytes(name), type, size, link, mode, uid, change);

    public TarBuilder File(string name, string content = "content", string mode = "0000644") => Header(name, '0', content.Length, mode: mode).Data(content);

    public TarBuilder Directory(string name, string mode = "0000755") => Header(name, '5', mode: mode);

    public TarBuilder Link(string name, string target) => Header(name, '1', link: target);

    public TarBuilder Symlink(string name, string target) => Header(name, '2', link: target);

    public TarBuilder Device(string name, char type, int major, int minor) => Header(name, type, change: b =>
    {
        Text(b, 329, Convert.ToString(major, 8).PadLeft(7, '0'));
        Text(b, 337, Convert.ToString(minor, 8).PadLeft(7, '0'));
    });

    public TarBuilder Pax(params (string Key, string Value)[] records) => Pax('x', records);

    public TarBuilder Pax(char type, params (string Key, string Value)[] records)
    {
        string text = string.Concat(records.Select(r => Record(r.Key, r.Value)));
        return Header("PaxHeader", type, Encoding.UTF8.GetByteCount(text)).Data(text);
    }

    public TarBuilder Data(string text) => Data(Encoding.UTF8.GetBytes(text));

    public TarBuilder Data(byte[] data)
    {
        _bytes.AddRange(data);
        _bytes.AddRange(new byte[-data.Length & 511]);
        return this;
    }

    public byte[] Cut() => [.. _bytes];

    public byte[] End()
    {
        _bytes.AddRange(new byte[1024]);
        return [.. _bytes];
    }

    public static void Text(byte[] block, int at, string text) => Encoding.Latin1.GetBytes(text).CopyTo(block, at);

    private static string Record(string key, string value)
    {
        int rest = Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value) + 3;
        int length = rest + 1;
        while (length.ToString().Length + rest != length)
            length = length.ToString().Length + rest;
        return $"{length} {key}={value}\n";
    }
}
