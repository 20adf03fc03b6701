using System.Text;
using Slipway.Build.Dockerfile;
using Slipway.Build.Progress;

namespace Slipway.Api.Streams;

/// <summary>A build as the classic builder told it: steps, their output, and whether they came from the cache. A quiet one says nothing of it.</summary>
internal sealed class BuildProgress(ProgressStream stream, bool quiet) : IBuildProgress
{
    private const int Errors = 2;

    private readonly Dictionary<(int Step, int Stream), Decoder> _decoders = [];

    public void StepStarted(BuildStep step) => Say(step.Total == 0 ? $"{step.Title}\n" : $"Step {step.Index}/{step.Total} : {step.Title}{(step.Stage is null ? "" : $" ({step.Stage})")}\n");

    public void StepMissed(int number, IReadOnlyList<string> reasons)
    {
    }

    // A piece may end within a character.
    public void StepOutput(int number, int stream, ReadOnlySpan<byte> bytes)
    {
        if (!_decoders.TryGetValue((number, stream), out Decoder? decoder))
            _decoders[(number, stream)] = decoder = Encoding.UTF8.GetDecoder();
        char[] chars = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
        int count = decoder.GetChars(bytes, chars, flush: false);
        string text = new(chars, 0, count);
        if (count > 0)
            Say(stream is Errors ? $"\e[91m{text}\e[0m" : text); // the classic builder's red, which clients look for
    }

    public void StepEnded(int number, StepOutcome outcome, TimeSpan duration)
    {
        if (outcome is StepOutcome.Cached)
            Say(" ---> Using cache\n");
    }

    public void Warning(DockerfileWarning warning) => Say($"[Warning] {warning.Line}\n");

    private void Say(string text)
    {
        if (!quiet)
            stream.Text(text);
    }
}
