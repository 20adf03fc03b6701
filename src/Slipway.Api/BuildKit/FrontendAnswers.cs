using System.Text;
using System.Text.Json;
using Slipway.Build;
using Slipway.Build.Describing;
using Slipway.Build.Dockerfile;

namespace Slipway.Api.BuildKit;

/// <summary>
/// What a client asks of the frontend instead of a build (BuildKit's <c>frontend/subrequests</c>), as the entries of a result: JSON for programs, and a text for clients
/// that don't know the answer's form.
/// </summary>
internal static class FrontendAnswers
{
    private const string Json = "result.json", Text = "result.txt", Status = "result.statuscode", Version = "version";

    // Of each question's answer: the form that is written here.
    private const string Form = "1.0.0";

    /// <summary>The questions that are answered; all others are refused by name.</summary>
    public static IReadOnlyDictionary<string, string> Questions { get; } = new Dictionary<string, string>
    {
        ["frontend.lint"] = "Lint a Dockerfile",
        ["frontend.outline"] = "List all parameters current build takes",
        ["frontend.targets"] = "List all targets current build supports",
        ["frontend.subrequests.describe"] = "List available subrequest types",
    };

    /// <summary>What the checks found.</summary>
    public static IReadOnlyDictionary<string, byte[]> Lint(BuildCheck check)
    {
        DockerfileWarning[] findings = [.. check.Findings.OrderBy(finding => finding.Lines.First)];
        var text = new StringBuilder();
        foreach (DockerfileWarning finding in findings)
            text.Append($"{finding.Rule}\n  {finding.FileName}:{finding.Lines.First}\n  {finding.Message}\n\n");
        if (check.Error is { } error)
            text.Append($"{error.Message}\n");
        return new Dictionary<string, byte[]>
        {
            [Json] = Write(json =>
            {
                WriteAll(json, "warnings", findings, finding =>
                {
                    json.WriteString("ruleName", finding.Rule);
                    json.WriteString("description", finding.Description);
                    json.WriteString("detail", finding.Message);
                    WriteLocation(json, "location", finding.Lines);
                });
                WriteAll(json, "sources", [check.Source], source =>
                {
                    json.WriteString("filename", Path.GetFileName(source.FileName));
                    json.WriteString("language", "Dockerfile");
                    json.WriteBase64String("data", TextOf(source));
                });
                if (check.Error is not { } wrong)
                    return;
                json.WriteStartObject("buildError");
                json.WriteString("message", wrong.Sentence);
                WriteLocation(json, "location", wrong.Lines);
                json.WriteEndObject();
            }),
            [Text] = Encoding.UTF8.GetBytes(text.ToString()),
            [Status] = findings.Length > 0 || check.Error is not null ? "1"u8.ToArray() : "0"u8.ToArray(),
            [Version] = Encoding.UTF8.GetBytes(Form),
        };
    }

    /// <summary>What the target takes.</summary>
    public static IReadOnlyDictionary<string, byte[]> Outline(DockerfileDescription file, string? target) => Answer(json =>
    {
        DescribedTarget meant = file.Targets[file.Target];
        json.WriteString("name", target ?? meant.Name ?? "");
        json.WriteString("description", meant.Description);
        WriteAll(json, "args", file.Arguments, argument =>
        {
            json.WriteString("name", argument.Name);
            json.WriteString("description", argument.Description);
            json.WriteString("value", argument.Value);
            WriteLocation(json, "location", argument.Lines);
        });
        WriteAll(json, "secrets", file.Secrets, secret => WriteLoan(json, "name", secret));
        WriteAll(json, "ssh", file.Agents, agent => WriteLoan(json, "name", agent));
        WriteAll(json, "cacheMounts", file.Caches, cache => WriteLoan(json, "id", cache));
        WriteSources(json, file.Source);
    });

    /// <summary>What can be built.</summary>
    public static IReadOnlyDictionary<string, byte[]> Targets(DockerfileDescription file) => Answer(json =>
    {
        WriteAll(json, "targets", file.Targets, target =>
        {
            json.WriteString("name", target.Name ?? "");
            json.WriteBoolean("default", target.IsDefault);
            json.WriteString("description", target.Description);
            json.WriteString("base", target.Base);
            json.WriteString("platform", target.Platform ?? "");
            WriteLocation(json, "location", target.Lines);
        });
        WriteSources(json, file.Source);
    });

    /// <summary>What can be asked.</summary>
    public static IReadOnlyDictionary<string, byte[]> Describe()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            foreach ((string name, string description) in Questions)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("version", Form);
                json.WriteString("type", "rpc");
                json.WriteString("description", description);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return new Dictionary<string, byte[]>
        {
            [Json] = bytes.ToArray(),
            [Text] = Encoding.UTF8.GetBytes(string.Concat(Questions.Select(question => $"{question.Key}  {Form}  {question.Value}\n"))),
            [Version] = Encoding.UTF8.GetBytes(Form),
        };
    }

    private static Dictionary<string, byte[]> Answer(Action<Utf8JsonWriter> write)
    {
        byte[] json = Write(write);
        // The same for both: who can't read the form sees all of it.
        return new() { [Json] = json, [Text] = json, [Version] = Encoding.UTF8.GetBytes(Form) };
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }

    private static void WriteAll<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> values, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (T value in values)
        {
            json.WriteStartObject();
            write(value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteLoan(Utf8JsonWriter json, string key, DescribedLoan loan)
    {
        json.WriteString(key, loan.Id);
        if (loan.IsRequired)
            json.WriteBoolean("required", true);
        WriteLocation(json, "location", loan.Lines);
    }

    private static void WriteSources(Utf8JsonWriter json, DockerfileSource source)
    {
        json.WriteStartArray("sources");
        json.WriteBase64StringValue(TextOf(source));
        json.WriteEndArray();
    }

    private static byte[] TextOf(DockerfileSource source) => Encoding.UTF8.GetBytes(string.Join('\n', source.Lines));

    // pb.Location.
    private static void WriteLocation(Utf8JsonWriter json, string name, LineRange lines)
    {
        json.WriteStartObject(name);
        json.WriteStartArray("ranges");
        json.WriteStartObject();
        foreach ((string end, int line) in ((string, int)[])[("start", lines.First), ("end", lines.Last)])
        {
            json.WriteStartObject(end);
            json.WriteNumber("line", line);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
