using System.Text;
using Slipway.Build.Dockerfile;
using Slipway.Build.Progress;
using Slipway.Oci;

namespace Slipway.Api.Streams;

/// <summary>
/// A build as the classic builder told it: every instruction as it is written, in the order of the file, what its step prints, and whether it came
/// from the cache, also where it only changes the configuration. Steps of several stages go on at once, so the output of one may stand below an instruction of another. A quiet one says nothing.
/// </summary>
internal sealed class BuildProgress(ProgressStream stream, bool quiet) : IBuildProgress
{
    private const int Errors = 2;
    private const string FromCache = " ---> Using cache\n";

    private readonly Dictionary<(int Step, int Stream), Decoder> _decoders = [];
    private IReadOnlyList<OutlinedInstruction> _instructions = [];
    private readonly Dictionary<int, int> _open = []; // of steps that haven't ended: how many instructions there are up to theirs
    private int _told;
    private Digest? _last;
    private bool _wasThere;

    public void Read(BuildOutline outline) => _instructions = outline.Instructions;

    public void Outlined(BuildOutline outline)
    {
        _instructions = outline.Instructions;
        Unused = outline.UnusedArguments;
    }

    /// <summary>Build arguments that nothing asked for.</summary>
    public IReadOnlyList<string> Unused { get; private set; } = [];

    public void StepStarted(BuildStep step)
    {
        if (step.Lines is { } lines)
            _open[step.Number] = _instructions.Select((instruction, i) => instruction.Lines == lines ? i + 1 : 0).DefaultIfEmpty().Max();
    }

    public void StepRuns(int number) => TellUntil(_open.GetValueOrDefault(number), isCached: false);

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
        if (!_open.Remove(number, out int until))
            return;
        bool isCached = outcome is StepOutcome.Cached;
        // The step's own instruction, and before it those that need no step: what comes from the cache was made behind the very same ones.
        TellUntil(until - 1, isCached);
        TellUntil(until, isCached: false);
        if (isCached)
            Say(FromCache);
    }

    public void ImageWasThere() => _wasThere = true;

    public void Warning(DockerfileWarning warning) => Say($"[Warning] {warning.Line}\n");

    /// <summary>The image of a FROM is not to be had: the instruction is told before that, as by the classic builder, which told it before it looked.</summary>
    /// <param name="lines">The instruction's; nothing is told where no FROM stands there.</param>
    public void BaseFailed(LineRange lines)
    {
        int index = _instructions.ToList().FindIndex(instruction => instruction.Lines == lines && instruction.Keyword == "FROM");
        if (index >= 0)
            Tell(index);
    }

    /// <summary>All is done: what stands behind the last step is told too, and the image, which clients take from there.</summary>
    public void Finish(Digest image)
    {
        TellUntil(_instructions.Count, _wasThere);
        if (image != _last)
            Say($" ---> {image.Short}\n");
        if (Unused.Count > 0)
            Say($"[Warning] One or more build-args [{string.Join(' ', Unused)}] were not consumed\n");
    }

    private void TellUntil(int count, bool isCached)
    {
        for (; _told < count; _told++)
        {
            OutlinedInstruction instruction = Tell(_told);
            if (instruction.Triggers > 0)
                Say($"# Executing {instruction.Triggers} build trigger{(instruction.Triggers == 1 ? "" : "s")}\n");
            if (isCached && instruction.Keyword != "FROM")
                Say(FromCache);
            // Only what is an image: the steps between have none here. Triggers belong to the FROM, and run behind it.
            if (instruction is { Image: { } image, Triggers: 0 })
            {
                Say($" ---> {image.Short}\n");
                _last = image;
            }
        }
    }

    private OutlinedInstruction Tell(int index)
    {
        OutlinedInstruction instruction = _instructions[index];
        Say($"Step {index + 1}/{_instructions.Count} : {instruction.Text}\n");
        return instruction;
    }

    private void Say(string text)
    {
        if (!quiet)
            stream.Text(text);
    }
}
