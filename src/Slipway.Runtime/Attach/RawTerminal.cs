using Slipway.Linux;
using Slipway.Linux.Terminals;

namespace Slipway.Runtime.Attach;

/// <summary>Our terminal in raw mode, put back on dispose: on every way out, errors and signals that we catch included.</summary>
internal sealed class RawTerminal : IDisposable
{
    private readonly SafeFd _fd;
    private readonly TerminalModes _before;

    private RawTerminal(SafeFd fd)
    {
        _fd = fd;
        _before = Terminal.GetModes(fd);
        Terminal.SetModes(fd, Terminal.MakeRaw(_before));
    }

    /// <summary>Raw mode, or null where the descriptor is no terminal.</summary>
    public static RawTerminal? Enter(SafeFd fd) => Terminal.IsTerminal(fd) ? new RawTerminal(fd) : null;

    /// <inheritdoc/>
    public void Dispose() => Terminal.SetModes(_fd, _before);
}
