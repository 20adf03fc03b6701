using System.Buffers.Binary;
using System.Text;
using Slipway.Linux.Seccomp;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Seccomp;

/// <summary>
/// Compiled filters by their profile: compiling takes longer than all the rest of a start.
/// </summary>
/// <remarks>
/// An entry is CACHE/HASH.bpf: magic and version (8 bytes), length of the profile's text (4), length of the program (4), hash of the program
/// (8), the text, the program; numbers little-endian. The text stands in full and is compared in full, so the hash only has to find the file
/// and need not be cryptographic, and the runtime needs no cryptographic library. A file that is cut or of another form is compiled anew.
/// </remarks>
internal static class FilterCache
{
    private const ulong Magic = 0x0001_5046_4250_4c53; // "SLPBFP", version 1
    private const int HeaderSize = 24;

    /// <summary>The program, from the cache or compiled and put there. A cache that can't be written is no error.</summary>
    /// <param name="spec">The profile.</param>
    /// <param name="cacheDir">The cache; null compiles always.</param>
    public static byte[] Load(SeccompSpec spec, string? cacheDir)
    {
        if (cacheDir is null)
            return FilterCompiler.Compile(spec);
        byte[] text = Encoding.UTF8.GetBytes(Describe(spec));
        string path = Path.Combine(cacheDir, $"{Hash(text):x16}.bpf");
        if (TryRead(path, text) is { } cached)
            return cached;
        byte[] program = FilterCompiler.Compile(spec);
        TryWrite(path, text, program);
        return program;
    }

    /// <summary>One text for one meaning: everything that the compiler looks at, and the compiler's own version.</summary>
    public static string Describe(SeccompSpec spec)
    {
        var text = new StringBuilder(8192);
        text.Append(FilterCompiler.Version).Append(' ').Append(SeccompContext.LibraryVersion).Append('\n').Append(spec.DefaultAction).Append(' ').Append(spec.DefaultErrnoRet).Append('\n');
        text.AppendJoin(' ', spec.Architectures ?? []).Append('\n');
        foreach (SyscallRule rule in spec.Syscalls ?? [])
        {
            text.Append(rule.Action).Append(' ').Append(rule.ErrnoRet);
            foreach (SyscallArgument argument in rule.Args ?? [])
                text.Append($" [{argument.Index} {argument.Op} {argument.Value} {argument.ValueTwo}]");
            text.Append(':').AppendJoin(' ', rule.Names).Append('\n');
        }
        return text.ToString();
    }

    private static byte[]? TryRead(string path, ReadOnlySpan<byte> text)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        ReadOnlySpan<byte> all = bytes;
        if (all.Length < HeaderSize || BinaryPrimitives.ReadUInt64LittleEndian(all) != Magic)
            return null;
        int textLength = BinaryPrimitives.ReadInt32LittleEndian(all[8..]), programLength = BinaryPrimitives.ReadInt32LittleEndian(all[12..]);
        if (textLength != text.Length || programLength <= 0 || all.Length != (long)HeaderSize + textLength + programLength)
            return null;
        ReadOnlySpan<byte> program = all[(HeaderSize + textLength)..];
        return all.Slice(HeaderSize, textLength).SequenceEqual(text) && BinaryPrimitives.ReadUInt64LittleEndian(all[16..]) == Hash(program)
            ? program.ToArray()
            : null;
    }

    private static void TryWrite(string path, ReadOnlySpan<byte> text, ReadOnlySpan<byte> program)
    {
        var bytes = new byte[HeaderSize + text.Length + program.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), text.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), program.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), Hash(program));
        text.CopyTo(bytes.AsSpan(HeaderSize));
        program.CopyTo(bytes.AsSpan(HeaderSize + text.Length));
        string aside = $"{path}.{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.WriteAllBytes(aside, bytes);
            File.Move(aside, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next start compiles again: slower, not wrong.
        }
    }

    // FNV-1a, 64 bits.
    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (byte value in bytes)
            hash = (hash ^ value) * 0x100000001b3;
        return hash;
    }
}
