using System.Runtime.InteropServices;
using System.Text;

namespace Slipway.Linux.Memory;

/// <summary>Unmanaged memory that is filled once and freed as a whole. Addresses stay: what a cloned child reads must not move.</summary>
public sealed unsafe class NativeArena : IDisposable
{
    private const int ChunkSize = 64 * 1024, Alignment = 16;
    private readonly List<nint> _chunks = [];
    private nint _next;
    private int _left;

    /// <summary>Zeroed memory, aligned to 16 bytes.</summary>
    public nint Reserve(int size)
    {
        int rounded = (size + Alignment - 1) & ~(Alignment - 1);
        if (rounded > _left)
        {
            _left = Math.Max(ChunkSize, rounded);
            _next = (nint)NativeMemory.AllocZeroed((nuint)_left);
            _chunks.Add(_next);
        }
        nint address = _next;
        _next += rounded;
        _left -= rounded;
        return address;
    }

    /// <summary>A copy of these bytes.</summary>
    public nint Copy(ReadOnlySpan<byte> bytes)
    {
        nint address = Reserve(bytes.Length);
        bytes.CopyTo(new Span<byte>((void*)address, bytes.Length));
        return address;
    }

    /// <summary>The text in UTF-8 with a NUL behind it.</summary>
    public nint CopyText(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        nint address = Reserve(length + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>((void*)address, length));
        return address;
    }

    /// <summary>These words one after another: an argument vector, or a struct of pointers and numbers.</summary>
    public nint CopyWords(ReadOnlySpan<long> words) => Copy(MemoryMarshal.AsBytes(words));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (nint chunk in _chunks)
            NativeMemory.Free((void*)chunk);
        _chunks.Clear();
        _left = 0;
    }
}
