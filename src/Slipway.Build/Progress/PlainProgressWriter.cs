using System.Globalization;
using System.Text;
using Slipway.Build.Dockerfile;
using Slipway.Linux;

namespace Slipway.Build.Progress;

/// <summary>
/// Progress as lines, for logs and pipes: <c>#5 [2/4] COPY . /app</c>, <c>#5 0.213 output</c>, <c>#5 CACHED</c>, <c>#5 DONE 0.1s</c>.
/// Output of a step is cut into lines, long ones into pieces, and its control characters are made visible.
/// </summary>
public sealed class PlainProgressWriter(TextWriter writer, TimeProvider clock) : IBuildProgress
{
    private const int MaxLine = 4096;
    private readonly Lock _gate = new();
    private readonly Dictionary<(int Step, int Stream), List<byte>> _partial = [];
    private readonly Dictionary<int, long> _started = [];

    /// <inheritdoc/>
    public void StepStarted(BuildStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        lock (_gate)
        {
            _started[step.Number] = clock.GetTimestamp();
            writer.WriteLine($"#{step.Number} {Printable.Escape(step.Name)}");
        }
    }

    /// <inheritdoc/>
    public void StepMissed(int number, IReadOnlyList<string> reasons)
    {
        ArgumentNullException.ThrowIfNull(reasons);
        lock (_gate)
        {
            foreach (string reason in reasons)
                writer.WriteLine($"#{number} not cached: {Printable.Escape(reason)}");
        }
    }

    /// <inheritdoc/>
    public void StepOutput(int number, int stream, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (!_partial.TryGetValue((number, stream), out List<byte>? line))
                _partial[(number, stream)] = line = [];
            foreach (byte b in bytes)
            {
                if (b != '\n')
                    line.Add(b);
                if (b == '\n' || line.Count == MaxLine)
                    WriteLine(number, line);
            }
        }
    }

    /// <inheritdoc/>
    public void StepEnded(int number, StepOutcome outcome, TimeSpan duration)
    {
        lock (_gate)
        {
            for (int stream = 1; stream <= 2; stream++)
            {
                if (_partial.Remove((number, stream), out List<byte>? line) && line.Count > 0)
                    WriteLine(number, line);
            }
            writer.WriteLine(outcome switch
            {
                StepOutcome.Cached => $"#{number} CACHED",
                StepOutcome.Done => $"#{number} DONE {Seconds(duration, "0.0")}s",
                StepOutcome.Failed => $"#{number} ERROR {Seconds(duration, "0.0")}s",
                _ => $"#{number} CANCELED",
            });
            writer.WriteLine();
        }
    }

    /// <inheritdoc/>
    public void Warning(DockerfileWarning warning)
    {
        ArgumentNullException.ThrowIfNull(warning);
        lock (_gate)
            writer.WriteLine(warning.Line);
    }

    private void WriteLine(int number, List<byte> line)
    {
        var text = new StringBuilder(line.Count);
        foreach (char c in Encoding.UTF8.GetString([.. line]).TrimEnd('\r'))
        {
            if (char.IsControl(c) && c != '\t')
                text.Append("\\x").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture));
            else
                text.Append(c);
        }
        line.Clear();
        writer.WriteLine($"#{number} {Seconds(clock.GetElapsedTime(_started.GetValueOrDefault(number)), "0.000")} {text}");
    }

    private static string Seconds(TimeSpan time, string format) => time.TotalSeconds.ToString(format, CultureInfo.InvariantCulture);
}
