using System.Diagnostics;
using System.Text;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Terminals;

namespace Slipway.Cli.Output.Transfers;

/// <summary>
/// Lines that each have a name and change: on a terminal in place, elsewhere a line for each step. Calls come one at a time.
/// </summary>
internal sealed class TransferBoard
{
    private const int BarWidth = 25, FallbackWidth = 80, FallbackHeight = 24;
    private static readonly TimeSpan s_redraw = TimeSpan.FromMilliseconds(80);
    private readonly TextWriter _to;
    private readonly SafeFd? _terminal;
    private readonly List<string> _names = [];
    private readonly Dictionary<string, string> _states = [];
    private long _drawn;
    private int _lines;

    /// <param name="to">Where the lines go.</param>
    /// <param name="fd">Its descriptor, to see whether it is a terminal.</param>
    public TransferBoard(TextWriter to, int fd)
    {
        _to = to;
        SafeFd copy = FdIo.Duplicate(fd);
        if (Terminal.IsTerminal(copy))
            _terminal = copy;
        else
            copy.Dispose();
    }

    /// <summary>A line of its own, below which new lines begin.</summary>
    public void Say(string line)
    {
        Draw();
        _names.Clear();
        _states.Clear();
        _lines = 0;
        _to.WriteLine(line);
    }

    /// <summary>A name has come to another state: a step.</summary>
    public void Step(string name, string state)
    {
        if (_states.GetValueOrDefault(name) == state)
            return;
        Put(name, state);
        if (_terminal is null)
            _to.WriteLine($"{name}: {state}");
        else
            Draw();
    }

    /// <summary>A name is on its way: shown on terminals only, and not more often than eyes need.</summary>
    public void Move(string name, string state, long done, long size)
    {
        if (_terminal is null)
            return;
        Put(name, $"{state} {Bar(done, size)}  {Humanize.Size(done)}/{Humanize.Size(size)}");
        if (Stopwatch.GetElapsedTime(_drawn) >= s_redraw)
            Draw();
    }

    private void Put(string name, string state)
    {
        if (!_states.ContainsKey(name))
            _names.Add(name);
        _states[name] = state;
    }

    // As many of the last lines as the terminal has room for.
    private void Draw()
    {
        if (_terminal is null || _names.Count == 0)
            return;
        (ushort height, ushort width) = Terminal.GetSize(_terminal);
        int rows = Math.Max(1, (height == 0 ? FallbackHeight : height) - 2), columns = width == 0 ? FallbackWidth : width;
        var text = new StringBuilder();
        if (_lines > 0)
            text.Append($"\e[{_lines}A");
        List<string> shown = _names.Count <= rows ? _names : _names[^rows..];
        foreach (string name in shown)
        {
            string line = $"{name}: {_states[name]}";
            text.Append("\e[2K").Append(line.Length < columns ? line : line[..(columns - 1)]).Append('\n');
        }
        _lines = shown.Count;
        _to.Write(text);
        _to.Flush();
        _drawn = Stopwatch.GetTimestamp();
    }

    private static string Bar(long done, long size)
    {
        int filled = size <= 0 ? 0 : (int)Math.Clamp(done * BarWidth / size, 0, BarWidth);
        string arrow = filled < BarWidth ? ">" : "";
        return $"[{new string('=', filled)}{arrow}{new string(' ', BarWidth - filled - arrow.Length)}]";
    }
}
