using Slipway.Linux;
using Slipway.Linux.Terminals;

namespace Slipway.Runtime.Attach;

/// <summary>Our terminal in raw mode, put back on dispose: on every way out, errors and signals that we catch included.</summary>
internal sealed class RawTerminal : IDisposable
{
    private readonly SafeFd _fd;
    private readonly TerminalModes _before;

    private RawTerminal(SafeFd fd, bool input)
    {
        _fd = fd;
        _before = Terminal.GetModes(fd);
        TerminalModes raw = Terminal.MakeRaw(_before);
        Terminal.SetModes(fd, input ? Terminal.KeepOutput(raw, _before) : raw);
    }

    /// <summary>Raw mode, or null where the descriptor is no terminal.</summary>
    public static RawTerminal? Enter(SafeFd fd) => Terminal.IsTerminal(fd) ? new RawTerminal(fd, input: false) : null;

    /// <summary>The same for what is typed only: what is shown has plain newlines, and needs the carriage returns that the terminal adds.</summary>
    public static RawTerminal? EnterInput(SafeFd fd) => Terminal.IsTerminal(fd) ? new RawTerminal(fd, input: true) : null;

    /// <inheritdoc/>
    public void Dispose() => Terminal.SetModes(_fd, _before);
}
