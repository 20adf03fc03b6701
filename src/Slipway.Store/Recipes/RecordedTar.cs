using System.Security.Cryptography;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Oci.Streams;
using Slipway.Store.Archives;

namespace Slipway.Store.Recipes;

/// <summary>A layer's tar, made of its tree by what a <see cref="TarRecorder"/> wrote down.</summary>
/// <param name="records">What it wrote.</param>
/// <param name="tree">The tree; closed with this.</param>
/// <param name="changed">Told of a file that is not what it was, and why; then reading goes on with other bytes. Null: that is an error.</param>
internal sealed class RecordedTar(RecordReader records, DirFd tree, Action<byte[], string>? changed) : ReadOnlyStream
{
    private const int LongestPath = 4096;
    private readonly IncrementalHash _sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _path = [];
    private FileStream? _file;
    private bool _isBad, _ended;
    private long _raw, _copy;

    /// <exception cref="SlipwayException">Corrupt: a file is not what it was, which the message names; or the record is damaged.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (!_ended && !buffer.IsEmpty)
        {
            if (_raw > 0)
            {
                int length = records.Read(buffer[..(int)Math.Min(buffer.Length, _raw)]);
                _raw -= length;
                return length;
            }
            if (_copy > 0)
                return ReadFile(buffer[..(int)Math.Min(buffer.Length, _copy)]);
            Next();
        }
        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file?.Dispose();
            _sum.Dispose();
            tree.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Next()
    {
        switch ((TarOperation)records.Byte())
        {
            case TarOperation.End:
                _ended = true;
                break;
            case TarOperation.Raw:
                _raw = records.Number();
                break;
            case TarOperation.File:
                _path = records.Bytes(records.Number(LongestPath));
                Open();
                break;
            case TarOperation.Copy:
                long offset = records.Number();
                _copy = records.Number();
                if (_file is not null)
                    _file.Position = offset;
                break;
            case TarOperation.Sum:
                Check(records.Bytes(TarRecorder.SumLength));
                break;
            default:
                throw RecordReader.Damaged();
        }
    }

    private void Open()
    {
        _file?.Dispose();
        _file = null;
        _isBad = false;
        try
        {
            using SafeFd? file = tree.TryOpenPath(_path, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking, Resolve.InRoot);
            if (file is null)
                Say("is missing");
            else if (!file.Status().IsRegular)
                Say("is no file any more");
            else
                _file = file.ToStream(FileAccess.Read);
        }
        catch (LinuxException e)
        {
            Say($"can't be opened: {e.Message}");
        }
    }

    private int ReadFile(Span<byte> buffer)
    {
        int length = 0;
        try
        {
            length = _file?.Read(buffer) ?? 0;
        }
        catch (IOException e)
        {
            Say($"can't be read: {e.Message}");
        }
        if (length == 0)
        {
            Say("is shorter than it was");
            buffer.Clear();
            length = buffer.Length;
        }
        _sum.AppendData(buffer[..length]);
        _copy -= length;
        return length;
    }

    private void Check(byte[] expected)
    {
        if (!_sum.GetHashAndReset().AsSpan(0, TarRecorder.SumLength).SequenceEqual(expected))
            Say("has changed");
    }

    // Once a file: the rest follows from it.
    private void Say(string what)
    {
        if (_isBad)
            return;
        _isBad = true;
        if (changed is null)
            throw new SlipwayException(ErrorKind.Corrupt, $"'/{PathBytes.Show(_path)}' {what}");
        changed(_path, what);
    }
}
