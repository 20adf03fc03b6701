using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Slipway.Api.Grpc;
using Slipway.Api.Protobuf;

namespace Slipway.Api.BuildKit;

/// <summary>What a build has to tell, until its client has it. The build never waits for the client: where that reads too slowly, output of steps is left out, and it is said.</summary>
internal sealed class StatusLog
{
    private const int MaxWaiting = 8 << 20;
    private readonly Channel<ProtoWriter> _waiting = Channel.CreateUnbounded<ProtoWriter>(new UnboundedChannelOptions { SingleReader = true });
    private int _bytes, _isRead;
    private volatile bool _isCut;

    /// <summary>Whether somebody has it, or had.</summary>
    public bool IsRead => Volatile.Read(ref _isRead) != 0;

    /// <summary>Adds a moby.buildkit.v1.StatusResponse.</summary>
    public void Add(ProtoWriter status)
    {
        Interlocked.Add(ref _bytes, status.Written.Length);
        _waiting.Writer.TryWrite(status);
    }

    /// <summary>Adds one that is nothing but output; false where there is no room for it, which is said once.</summary>
    /// <param name="output">Makes it.</param>
    /// <param name="cut">Makes what says that something is missing.</param>
    public void AddOutput(Func<ProtoWriter> output, Func<ProtoWriter> cut)
    {
        if (Volatile.Read(ref _bytes) < MaxWaiting)
        {
            _isCut = false;
            Add(output());
        }
        else if (!_isCut)
        {
            _isCut = true;
            Add(cut());
        }
    }

    /// <summary>There is no more.</summary>
    public void End() => _waiting.Writer.TryComplete();

    /// <summary>All of it, as it comes.</summary>
    /// <exception cref="GrpcException">FailedPrecondition: somebody has it already.</exception>
    public async IAsyncEnumerable<ProtoWriter> ReadAsync([EnumeratorCancellation] CancellationToken gone)
    {
        if (Interlocked.Exchange(ref _isRead, 1) != 0)
            throw new GrpcException(GrpcCode.FailedPrecondition, "the progress of this build goes to another call");
        await foreach (ProtoWriter status in _waiting.Reader.ReadAllAsync(gone).ConfigureAwait(false))
        {
            yield return status;
            Interlocked.Add(ref _bytes, -status.Written.Length);
        }
    }
}
