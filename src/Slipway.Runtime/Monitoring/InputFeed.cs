using Slipway.Linux.Polling;
using Slipway.Linux.Terminals;
using Slipway.Runtime.Attach;

namespace Slipway.Runtime.Monitoring;

/// <summary>What clients send to the process. While some of it waits, no client is read: a process that does not read stops its clients, and costs no memory.</summary>
internal sealed class InputFeed(ProcessStreams streams, bool closeOnce)
{
    private readonly ByteQueue _waiting = new();
    private bool _open = streams.Input is not null;
    private bool _closing;

    /// <summary>Whether bytes wait for the process to read.</summary>
    public bool IsWaiting => _open && !_waiting.IsEmpty;

    /// <summary>The descriptor to wait for while <see cref="IsWaiting"/>.</summary>
    public int Number => IsWaiting ? streams.Input!.Number : -1;

    /// <summary>Takes bytes; those that come after the close are dropped, as those that nobody reads.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (!_open || _closing)
            return;
        _waiting.Add(bytes);
        Flush();
    }

    /// <summary>Writes what fits now.</summary>
    public void Flush()
    {
        while (IsWaiting)
        {
            int count = FdIo.Write(streams.Input!, _waiting.Front);
            if (count == FdIo.WouldBlock)
                return;
            if (count == 0)
                Close();
            else
                _waiting.Remove(count);
        }
        if (_closing)
            Close();
    }

    /// <summary>A client's input has ended, or the client is gone. A terminal has no end of input but the one that is typed.</summary>
    public void ClientEnded()
    {
        if (!closeOnce || streams.IsTerminal || !_open)
            return;
        _closing = true;
        Flush();
    }

    /// <summary>Sets the terminal's size.</summary>
    public void Resize(ushort height, ushort width)
    {
        if (streams.IsTerminal)
            Terminal.SetSize(streams.Output, height, width);
    }

    private void Close()
    {
        _open = false;
        _waiting.Clear();
        if (!streams.IsTerminal)
            streams.Input!.Dispose();
    }
}
