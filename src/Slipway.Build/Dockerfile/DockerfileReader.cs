using System.Text;
using Slipway.Oci;

namespace Slipway.Build.Dockerfile;

/// <summary>Bytes to text: bounded, UTF-8, and nothing that an editor would hide.</summary>
internal static class DockerfileReader
{
    /// <summary>Bytes of the largest Dockerfile that is read: fifty times the longest that people have been seen to write.</summary>
    public const int MaxBytes = 8 << 20;

    /// <summary>Characters of the longest line, as in other builders.</summary>
    public const int MaxLine = 2 << 20;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decodes the file's bytes; a byte order mark of UTF-8 is dropped.</summary>
    /// <exception cref="DockerfileException">InvalidArgument: empty, too large, another encoding, NUL.</exception>
    public static DockerfileSource Decode(string fileName, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
            throw Refuse(fileName, $"the file is larger than {MaxBytes >> 20} MiB");
        if (bytes.StartsWith<byte>([0xff, 0xfe]) || bytes.StartsWith<byte>([0xfe, 0xff]))
            throw Refuse(fileName, "the file is UTF-16: save it as UTF-8");
        if (bytes.StartsWith<byte>([0xef, 0xbb, 0xbf]))
            bytes = bytes[3..];
        if (bytes.IndexOf((byte)0) is int nul and >= 0)
            throw Refuse(fileName, "the file holds a NUL byte: it is not text", LineOf(bytes, nul));
        var source = new DockerfileSource(fileName, Text(fileName, bytes));
        for (int i = 0; i < source.Lines.Count; i++)
        {
            if (source.Lines[i].Length > MaxLine)
                throw source.Error(new(i + 1, i + 1), $"the line is longer than {MaxLine} characters");
        }
        return source;
    }

    private static string Text(string fileName, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return s_strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw Refuse(fileName, "the file is not UTF-8", LineOf(bytes, Math.Clamp(e.Index, 0, bytes.Length)));
        }
    }

    private static int LineOf(ReadOnlySpan<byte> bytes, int index) => 1 + bytes[..index].Count((byte)'\n');

    private static DockerfileException Refuse(string fileName, string why, int line = 1) =>
        new(ErrorKind.InvalidArgument, why, new DockerfileSource(fileName, ""), new(line, line));
}
