using System.Text;
using Slipway.Build.Dockerfile;
using Slipway.Build.Progress;
using Slipway.Linux;
using Slipway.Linux.Terminals;

namespace Slipway.Cli.Output.Builds;

/// <summary>
/// The build as a tree that changes in place, for people at a terminal: a line a step with its time, and below those that run what they printed
/// last. Drawn ten times a second at most, and never more lines than the terminal has; nothing that a step prints reaches the terminal as it is.
/// </summary>
internal sealed class LiveBuildProgress : IBuildProgress, IDisposable
{
    private const int FallbackWidth = 80, FallbackHeight = 24, MostRows = 60, ReservedForTime = 8;
    private const string Done = "\e[34m", Failed = "\e[31m", Plain = "\e[0m", Faint = "\e[2m";
    private static readonly TimeSpan s_redraw = TimeSpan.FromMilliseconds(100);
    private readonly Lock _gate = new();
    private readonly TextWriter _to;
    private readonly SafeFd _terminal;
    private readonly TimeProvider _clock;
    private readonly bool _hasColour;
    private readonly long _started;
    private readonly List<LiveStep> _steps = [];
    private readonly Dictionary<int, LiveStep> _byNumber = [];
    private readonly List<string> _warnings = [];
    private readonly ITimer _timer;
    private int _lines;
    private bool _isOver;

    /// <param name="to">Where it goes.</param>
    /// <param name="terminal">The same, to ask for its size.</param>
    /// <param name="hasColour">Whether lines may have colours.</param>
    /// <param name="clock">Tells how long things take.</param>
    public LiveBuildProgress(TextWriter to, SafeFd terminal, bool hasColour, TimeProvider clock)
    {
        (_to, _terminal, _hasColour, _clock) = (to, terminal, hasColour, clock);
        _started = clock.GetTimestamp();
        _timer = clock.CreateTimer(_ => Redraw(), null, s_redraw, s_redraw);
    }

    public void StepStarted(BuildStep step)
    {
        lock (_gate)
        {
            var live = new LiveStep(step, _clock.GetTimestamp());
            _steps.Add(live);
            _byNumber[step.Number] = live;
        }
    }

    public void StepMissed(int number, IReadOnlyList<string> reasons)
    {
        lock (_gate)
            _byNumber[number].Reasons = reasons;
    }

    public void StepOutput(int number, int stream, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
            _byNumber[number].Add(bytes);
    }

    public void StepEnded(int number, StepOutcome outcome, TimeSpan duration)
    {
        lock (_gate)
            _byNumber[number].End(outcome, duration);
    }

    // Below the tree, at the end.
    public void Warning(DockerfileWarning warning)
    {
        lock (_gate)
            _warnings.Add(warning.Line);
    }

    /// <summary>Draws the end and leaves it standing: what is printed next comes below.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            if (_isOver)
                return;
            _isOver = true;
            Draw();
            _warnings.ForEach(_to.WriteLine);
        }
        _terminal.Dispose();
    }

    // A disposed timer's last call may still be on its way.
    private void Redraw()
    {
        lock (_gate)
        {
            if (!_isOver)
                Draw();
        }
    }

    private void Draw()
    {
        (ushort height, ushort width) = Terminal.GetSize(_terminal);
        int columns = width == 0 ? FallbackWidth : width, rows = Math.Clamp((height == 0 ? FallbackHeight : height) - 2, 3, MostRows);
        List<string> lines = Lines(columns, rows);
        var text = new StringBuilder("\e[?25l");
        if (_lines > 0)
            text.Append($"\e[{_lines}A");
        foreach (string line in lines)
            text.Append("\e[2K").Append(line).Append('\n');
        text.Append("\e[J\e[?25h");
        _lines = lines.Count;
        _to.Write(text);
        _to.Flush();
    }

    // What has ended long ago goes first where there is too little room; what was printed, before any step.
    private List<string> Lines(int columns, int rows)
    {
        int ended = _steps.Count(step => step.Outcome is not null);
        string head = $"[+] Building {BuildText.Seconds(_clock.GetElapsedTime(_started))} ({ended}/{_steps.Count}){(_isOver ? _steps.Exists(s => s.Outcome is StepOutcome.Failed or StepOutcome.Cancelled) ? "" : " FINISHED" : "")}";
        List<string> lines = [Cut(head, columns)];
        rows--;
        var shown = new List<LiveStep>(_steps);
        if (!_isOver)
        {
            while (shown.Count > rows && shown.FindIndex(step => step.Outcome is not null) is >= 0 and int oldest)
                shown.RemoveAt(oldest);
        }
        int room = Math.Max(0, rows - shown.Count);
        foreach (LiveStep step in _isOver ? shown : shown.Take(rows))
        {
            lines.Add(Line(step, columns));
            foreach (string below in Below(step))
            {
                if (_isOver ? step.Reasons.Count == 0 : room-- <= 0)
                    break;
                lines.Add(Coloured(Faint, Cut($" => => {below}", columns)));
            }
        }
        return lines;
    }

    private static IEnumerable<string> Below(LiveStep step) =>
        step.Reasons.Select(reason => "not cached: " + Printable.Escape(reason)).Concat(step.Outcome is null ? step.Tail.Select(line => "# " + line) : []);

    private string Line(LiveStep step, int columns)
    {
        TimeSpan time = step.Outcome is null ? _clock.GetElapsedTime(step.Started) : step.Duration;
        string word = step.Outcome switch { StepOutcome.Cached => "CACHED ", StepOutcome.Failed => "ERROR ", StepOutcome.Cancelled => "CANCELED ", _ => "" };
        string name = Cut($" => {word}{step.Name}", columns - ReservedForTime);
        string line = name.PadRight(columns - ReservedForTime) + BuildText.Seconds(time).PadLeft(ReservedForTime - 1);
        return step.Outcome switch
        {
            null => line,
            StepOutcome.Failed => Coloured(Failed, line),
            StepOutcome.Cancelled => Coloured(Faint, line),
            _ => Coloured(Done, line),
        };
    }

    private string Coloured(string colour, string line) => _hasColour ? colour + line + Plain : line;

    private static string Cut(string line, int columns) => line.Length < columns ? line : columns > 1 ? line[..(columns - 1)] : "";
}
