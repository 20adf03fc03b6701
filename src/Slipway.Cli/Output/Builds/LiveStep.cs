using System.Text;
using Slipway.Build.Progress;
using Slipway.Linux;

namespace Slipway.Cli.Output.Builds;

/// <summary>A step of a build as the live display shows it: a line with its time, and while it runs the last lines that it printed.</summary>
internal sealed class LiveStep(BuildStep step, long started)
{
    private const int MostTail = 6, LongestLine = 500;
    private readonly Queue<string> _tail = new();
    private readonly StringBuilder _partial = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    public BuildStep Step { get; } = step;

    public long Started { get; } = started;

    public StepOutcome? Outcome { get; private set; }

    public TimeSpan Duration { get; private set; }

    /// <summary>Why it was not cached.</summary>
    public IReadOnlyList<string> Reasons { get; set; } = [];

    public string Name => Printable.Escape(Step.Name);

    /// <summary>The last lines, the one that is being written included.</summary>
    public IEnumerable<string> Tail => _partial.Length == 0 ? _tail : _tail.Append(_partial.ToString());

    public void End(StepOutcome outcome, TimeSpan duration) => (Outcome, Duration) = (outcome, duration);

    /// <summary>Takes output; a carriage return begins the line anew, as progress bars mean it.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[256];
        while (!bytes.IsEmpty)
        {
            _decoder.Convert(bytes, text, flush: false, out int used, out int length, out _);
            bytes = bytes[used..];
            foreach (char c in text[..length])
                Add(c);
        }
    }

    private void Add(char c)
    {
        if (c is '\n' || _partial.Length >= LongestLine)
        {
            _tail.Enqueue(_partial.ToString());
            _partial.Clear();
            if (_tail.Count > MostTail)
                _tail.Dequeue();
        }
        if (c == '\r')
            _partial.Clear();
        else if (c == '\t')
            _partial.Append("    ");
        else if (!char.IsControl(c))
            _partial.Append(c);
    }
}
