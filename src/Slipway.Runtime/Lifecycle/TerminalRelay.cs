using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Terminals;

namespace Slipway.Runtime.Lifecycle;

/// <summary>Copies between our standard streams and the outer end of a terminal, without ever waiting in a write to that.</summary>
internal sealed class TerminalRelay
{
    private const int ChunkSize = 16 * 1024;

    private readonly SafeFd _master, _input, _output;
    private readonly byte[] _typed = new byte[ChunkSize], _shown = new byte[ChunkSize];
    private bool _inputOpen = true, _masterOpen = true;
    private int _typedFrom, _typedTo;

    public TerminalRelay(SafeFd master, SafeFd input, SafeFd output)
    {
        (_master, _input, _output) = (master, input, output);
        FdIo.SetNonBlocking(master);
    }

    private bool HasTyped => _typedTo > _typedFrom;

    /// <summary>Input is read only when the last of it is gone.</summary>
    public PollEntry InputEntry => new(_inputOpen && _masterOpen && !HasTyped ? _input.Number : -1, PollEvents.Readable);

    public PollEntry MasterEntry => new(_masterOpen ? _master.Number : -1, HasTyped ? PollEvents.Readable | PollEvents.Writable : PollEvents.Readable);

    public void Turn(PollEntry input, PollEntry master)
    {
        if (input.CanRead)
        {
            int count = FdIo.Read(_input, _typed);
            (_typedFrom, _typedTo) = (0, Math.Max(count, 0));
            _inputOpen = count != 0;
        }
        if (HasTyped)
            _typedFrom += Math.Max(0, FdIo.Write(_master, _typed.AsSpan(_typedFrom, _typedTo - _typedFrom)));
        if (master.CanRead)
            Show();
    }

    /// <summary>What is left when the process has ended.</summary>
    public void Drain()
    {
        while (_masterOpen && Show() > 0)
        {
        }
    }

    public void PassSize()
    {
        if (!Terminal.IsTerminal(_output))
            return;
        (ushort height, ushort width) = Terminal.GetSize(_output);
        Terminal.SetSize(_master, height, width);
    }

    private int Show()
    {
        int count = FdIo.Read(_master, _shown);
        if (count == 0)
            _masterOpen = false;
        if (count > 0)
            FdIo.WriteAll(_output, _shown.AsSpan(0, count));
        return count;
    }
}
