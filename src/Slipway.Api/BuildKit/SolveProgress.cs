using System.Security.Cryptography;
using System.Text;
using Slipway.Api.Protobuf;
using Slipway.Build.Dockerfile;
using Slipway.Build.Progress;

namespace Slipway.Api.BuildKit;

/// <summary>A build's steps as BuildKit's clients show them: vertices, which begin, say something and end.</summary>
internal sealed class SolveProgress(StatusLog log, string build, Func<ReadOnlyMemory<byte>> dockerfile, TimeProvider clock) : IBuildProgress
{
    private const int StandardError = 2;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, (string Name, DateTimeOffset Started)> _running = [];
    private readonly List<(int Number, string Name, DateTimeOffset Started, DateTimeOffset Ended)> _failed = [];
    private int _first, _others;

    public void StepStarted(BuildStep step)
    {
        DateTimeOffset now = clock.GetUtcNow();
        // BuildKit's clients look for an image by its whole name.
        string name = (step.Image is { } image ? step with { Title = $"FROM {image}" } : step).Name;
        lock (_gate)
            _running[step.Number] = (name, now);
        // Warnings are the file's, so they stand at the step that reads it.
        _first = _first == 0 ? step.Number : _first;
        log.Add(Vertex(step.Number, name, false, now, null, null));
    }

    public void StepMissed(int number, IReadOnlyList<string> reasons)
    {
    }

    public void StepOutput(int number, int stream, ReadOnlySpan<byte> bytes)
    {
        byte[] text = bytes.ToArray();
        log.AddOutput(() => Log(number, stream, text), () => Log(number, StandardError, "[output is left out: the client reads too slowly]\n"u8));
    }

    public void StepTransferred(int number, string what, long bytes, bool isDone) => Part(number, what, "transferring", bytes, 0, isDone);

    public void StepEnded(int number, StepOutcome outcome, TimeSpan duration)
    {
        DateTimeOffset now = clock.GetUtcNow();
        lock (_gate)
        {
            (string name, DateTimeOffset started) = _running[number];
            _running.Remove(number);
            // Why it failed shows when the build ends.
            if (outcome is StepOutcome.Failed or StepOutcome.Cancelled)
                _failed.Add((number, name, started, now));
            else
                log.Add(Vertex(number, name, outcome is StepOutcome.Cached, started, now, null));
        }
    }

    public void Warning(DockerfileWarning warning) => log.Add(new ProtoWriter().Message(4, new ProtoWriter()
        .Text(1, DigestOf(_first)).Number(2, 1).Text(3, $"{warning.Rule}: {warning.Message} (line {warning.Lines.First})")
        .Text(4, warning.Description).Message(6, SourceDetails.Info(warning.FileName, dockerfile().Span)).Message(7, SourceDetails.Range(warning.Lines))));

    /// <summary>Something for people, which is no step's.</summary>
    public void Say(string text) => log.Add(new ProtoWriter().Message(4, new ProtoWriter().Text(1, DigestOf(_first)).Number(2, 1).Text(3, text)));

    /// <summary>Something that was asked for beside the steps, and what became of it.</summary>
    public void Tell(string name, string text)
    {
        int number = Begin(name);
        log.Add(Log(number, 1, Encoding.UTF8.GetBytes(text)));
        StepEnded(number, StepOutcome.Done, TimeSpan.Zero);
    }

    /// <summary>Something begins that is no step of the builder's, and is shown as one.</summary>
    /// <returns>Its number, which no step has; it ends as a step does.</returns>
    public int Begin(string name)
    {
        DateTimeOffset now = clock.GetUtcNow();
        int number = -Interlocked.Increment(ref _others);
        lock (_gate)
            _running[number] = (name, now);
        log.Add(Vertex(number, name, false, now, null, null));
        return number;
    }

    /// <summary>A part of a step has come further.</summary>
    /// <param name="number">The step.</param>
    /// <param name="what">The part.</param>
    /// <param name="doing">What is done to it.</param>
    /// <param name="bytes">So many are done.</param>
    /// <param name="total">Of so many; 0: nobody knows.</param>
    /// <param name="isDone">Whether that is all.</param>
    public void Part(int number, string what, string doing, long bytes, long total, bool isDone)
    {
        DateTimeOffset now = clock.GetUtcNow();
        DateTimeOffset started;
        lock (_gate)
            started = _running[number].Started;
        log.Add(new ProtoWriter().Message(2, new ProtoWriter().Text(1, what).Text(2, DigestOf(number)).Text(3, doing).Number(4, bytes).Number(5, total).Time(6, now).Time(7, started).Time(8, isDone ? now : null)));
    }

    /// <summary>The build failed: so the steps that did are told with the reason.</summary>
    public void Fail(string why)
    {
        lock (_gate)
        {
            foreach ((int number, string name, DateTimeOffset started, DateTimeOffset ended) in _failed)
                log.Add(Vertex(number, name, false, started, ended, why));
            _failed.Clear();
            // What is no step of the builder's isn't ended by it.
            foreach ((int number, (string name, DateTimeOffset started)) in _running)
                log.Add(Vertex(number, name, false, started, clock.GetUtcNow(), why));
            _running.Clear();
        }
    }

    private ProtoWriter Vertex(int number, string name, bool isCached, DateTimeOffset started, DateTimeOffset? ended, string? error) => new ProtoWriter().Message(1, new ProtoWriter()
        .Text(1, DigestOf(number)).Text(3, name).Flag(4, isCached).Time(5, started).Time(6, ended).Text(7, error));

    private ProtoWriter Log(int number, int stream, ReadOnlySpan<byte> bytes) => new ProtoWriter().Message(3, new ProtoWriter()
        .Text(1, DigestOf(number)).Time(2, clock.GetUtcNow()).Number(3, stream).Bytes(4, bytes));

    // A name that no other step of any build has, in the form that clients insist on.
    private string DigestOf(int number) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{build}/{number}")));
}
