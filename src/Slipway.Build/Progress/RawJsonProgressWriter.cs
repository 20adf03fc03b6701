using Slipway.Build.Dockerfile;
using Slipway.Oci;
using Slipway.Oci.Json;

namespace Slipway.Build.Progress;

/// <summary>
/// Progress for programs: a JSON document a line, as <c>docker buildx build --progress=rawjson</c> writes them (BuildKit's SolveStatus: vertexes,
/// logs, warnings). A step is named by the digest of its number and title.
/// </summary>
public sealed class RawJsonProgressWriter(Stream to, TimeProvider clock) : IBuildProgress
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, (string Id, string Name, DateTimeOffset Started)> _steps = [];

    /// <inheritdoc/>
    public void StepStarted(BuildStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        string id = Digest.Of(System.Text.Encoding.UTF8.GetBytes($"{step.Number} {step.Name}")).ToString();
        lock (_gate)
            _steps[step.Number] = (id, step.Name, clock.GetUtcNow());
        WriteVertex(step.Number, null);
    }

    /// <inheritdoc/>
    public void StepMissed(int number, IReadOnlyList<string> reasons)
    {
        ArgumentNullException.ThrowIfNull(reasons);
        foreach (string reason in reasons)
            StepOutput(number, 2, System.Text.Encoding.UTF8.GetBytes($"not cached: {reason}\n"));
    }

    /// <inheritdoc/>
    public void StepOutput(int number, int stream, ReadOnlySpan<byte> bytes)
    {
        string id = Find(number).Id, data = Convert.ToBase64String(bytes), time = Now();
        Write(json => json.Write<string>("logs"u8, [data], (json, data) =>
        {
            json.Write("vertex"u8, id);
            json.Write("stream"u8, stream);
            json.Write("data"u8, data);
            json.Write("timestamp"u8, time);
        }));
    }

    /// <inheritdoc/>
    public void StepEnded(int number, StepOutcome outcome, TimeSpan duration) => WriteVertex(number, outcome);

    /// <inheritdoc/>
    public void Warning(DockerfileWarning warning)
    {
        ArgumentNullException.ThrowIfNull(warning);
        string text = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{warning.Rule}: {warning.Message} (line {warning.Lines.First})"));
        Write(json => json.Write<string>("warnings"u8, [text], static (json, text) =>
        {
            json.Write("level"u8, 1);
            json.Write("short"u8, text);
        }));
    }

    private void WriteVertex(int number, StepOutcome? outcome)
    {
        (string id, string name, DateTimeOffset started) = Find(number);
        string? ended = outcome is null ? null : Now();
        Write(json => json.Write<string>("vertexes"u8, [id], (json, id) =>
        {
            json.Write("digest"u8, id);
            json.Write("name"u8, name);
            json.Write("started"u8, started.ToString("O"));
            json.Write("completed"u8, ended);
            json.Write("cached"u8, outcome == StepOutcome.Cached ? true : null);
            json.Write("error"u8, outcome switch { StepOutcome.Failed => "failed", StepOutcome.Cancelled => "context canceled", _ => null });
        }));
    }

    private void Write(Action<JsonWriter> members)
    {
        byte[] document = JsonWriter.Document(members, static (json, members) => members(json));
        lock (_gate)
        {
            to.Write([.. document, (byte)'\n']);
            to.Flush();
        }
    }

    private (string Id, string Name, DateTimeOffset Started) Find(int number)
    {
        lock (_gate)
            return _steps[number];
    }

    private string Now() => clock.GetUtcNow().ToString("O");
}
