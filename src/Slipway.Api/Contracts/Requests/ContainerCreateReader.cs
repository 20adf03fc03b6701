using Slipway.Api.Wire;
using Slipway.Engine.Containers;
using Slipway.Oci.Image;

namespace Slipway.Api.Contracts.Requests;

/// <summary>Reads the body of <c>POST /containers/create</c>: a Config, with HostConfig and NetworkingConfig in it. Each theme has a reader of its own.</summary>
internal static class ContainerCreateReader
{
    /// <exception cref="ApiException">400: a value that can't be.</exception>
    public static ContainerRequest Read(JsonInput body, string? name, ApiVersion version)
    {
        string image = body.Text("Image") ?? throw NoImage(body);
        JsonInput host = body.Object("HostConfig");
        ContainerRequest request = Config(body, new() { Image = image, Name = name });
        request = HostConfigReader.Read(host, request);
        request = MountReader.Read(body, host, request);
        return NetworkReader.Read(body, host, request, version) with
        {
            // docker-py says it beside the rest.
            Runtime = request.Runtime ?? body.Text("Runtime"),
            // Long ago there was no HostConfig, and dockerd still reads limits beside the rest where there is none.
            Resources = ResourceReader.Read(body.Has("HostConfig") ? host : body),
            Security = SecurityReader.Read(host, version),
            ConsoleSize = TerminalSize.Console(host),
        };
    }

    // dockerd finds the command missing first, and before that that there is nothing at all.
    private static ApiException NoImage(JsonInput body) => ApiException.BadRequest(
        body.Element.EnumerateObject().All(m => m.Name is "HostConfig" or "NetworkingConfig") ? "config cannot be empty in order to create a container"
        : (body.Texts("Cmd") ?? []).Count == 0 && (body.Texts("Entrypoint") ?? []).Count == 0 ? "no command specified"
        : "no image specified: Image must name one");

    private static ContainerRequest Config(JsonInput body, ContainerRequest request)
    {
        IReadOnlyList<string>? entrypoint = body.Texts("Entrypoint");
        return request with
        {
            // [""] is what --entrypoint "" sends: none at all.
            Entrypoint = entrypoint is [""] ? [] : entrypoint is [] ? null : entrypoint,
            Command = body.Texts("Cmd") is { Count: > 0 } command ? command : null,
            Environment = Environment(body),
            WorkingDirectory = body.Text("WorkingDir") is { } directory ? CleanPath(directory) : null,
            User = body.Text("User"),
            Terminal = body.Flag("Tty"),
            Interactive = body.Flag("OpenStdin"),
            Attached = [.. Attached(body)],
            Hostname = body.Text("Hostname"),
            Domainname = body.Text("Domainname"),
            Labels = body.Map("Labels"),
            Shell = body.Texts("Shell") is { Count: > 0 } shell ? shell : null,
            OnBuild = body.Texts("OnBuild") is { Count: > 0 } later ? later : null,
            StopSignal = body.Text("StopSignal"),
            StopTimeout = body.Int("StopTimeout"),
            Health = body.TryObject("Healthcheck") is { } health ? Health(health) : null,
        };
    }

    // As dockerd keeps it: without dots, doubled slashes and one at its end. One that isn't absolute is the engine's to refuse.
    private static string CleanPath(string path) => path.StartsWith('/') ? Path.GetFullPath(path).TrimEnd('/') is { Length: > 0 } clean ? clean : "/" : path;

    /// <summary>Variables as docker takes them: each has a name.</summary>
    /// <exception cref="ApiException">400: one has none.</exception>
    public static IReadOnlyList<string> Environment(JsonInput body)
    {
        IReadOnlyList<string> all = body.Texts("Env") ?? [];
        return all.FirstOrDefault(v => v is "" or ['=', ..]) is { } nameless ? throw ApiException.BadRequest($"invalid environment variable: {Linux.Printable.Escape(nameless)}") : all;
    }

    // Input that is taken once ends with the client that is attached to it.
    private static IEnumerable<string> Attached(JsonInput body)
    {
        if (body.Flag("AttachStdin") || body.Flag("StdinOnce"))
            yield return "stdin";
        if (body.Flag("AttachStdout"))
            yield return "stdout";
        if (body.Flag("AttachStderr"))
            yield return "stderr";
    }

    // Times are nanoseconds, and 0 is as the image has it (docker's HealthConfig).
    private static HealthCheck? Health(JsonInput health)
    {
        var check = new HealthCheck
        {
            Test = health.Texts("Test") ?? [],
            Interval = Time(health, "Interval"),
            Timeout = Time(health, "Timeout"),
            StartPeriod = Time(health, "StartPeriod"),
            StartInterval = Time(health, "StartInterval"),
            Retries = health.Int("Retries") is { } retries and not 0 ? retries >= 0 ? retries : throw ApiException.BadRequest("Retries in Healthcheck cannot be negative") : null,
        };
        return check.Test.Count > 0 || (check.Interval ?? check.Timeout ?? check.StartPeriod ?? check.StartInterval ?? check.Retries) is not null ? check : null;
    }

    private static long? Time(JsonInput health, string name) => health.NonZero(name) switch
    {
        null => null,
        < 1_000_000 => throw ApiException.BadRequest($"{name} in Healthcheck cannot be less than 1ms"),
        var time => time,
    };
}
