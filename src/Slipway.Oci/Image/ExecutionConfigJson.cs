using Slipway.Oci.Json;

namespace Slipway.Oci.Image;

/// <summary>An image's defaults for a container as text. What goes to the kernel later has no NUL.</summary>
public static class ExecutionConfigJson
{
    /// <summary>Writes the defaults.</summary>
    public static byte[] Write(ExecutionConfig config) => JsonWriter.Document(config, Write);

    /// <summary>Reads the defaults where the reader stands; null where they are.</summary>
    public static ExecutionConfig? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? user = null, directory = null, stopSignal = null;
        Dictionary<string, EmptyObject>? ports = null, volumes = null;
        List<string>? env = null, entrypoint = null, command = null, shell = null, onBuild = null;
        Dictionary<string, string>? labels = null;
        bool? argsEscaped = null;
        HealthCheck? healthcheck = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "User": user = json.Text(); break;
                case "ExposedPorts": ports = json.Map(ReadEmpty); break;
                case "Env": env = json.Texts(); break;
                case "Entrypoint": entrypoint = json.Texts(); break;
                case "Cmd": command = json.Texts(); break;
                case "Volumes": volumes = json.Map(ReadEmpty); break;
                case "WorkingDir": directory = json.Text(); break;
                case "Labels": labels = json.StringMap(); break;
                case "StopSignal": stopSignal = json.Text(); break;
                case "Shell": shell = json.Texts(); break;
                case "ArgsEscaped": argsEscaped = json.Boolean(); break;
                case "Healthcheck": healthcheck = HealthCheckJson.Read(ref json); break;
                case "OnBuild": onBuild = json.Strings(); break;
                default: json.Skip(); break;
            }
        }
        return new ExecutionConfig
        {
            User = user,
            ExposedPorts = ports,
            Env = env,
            Entrypoint = entrypoint,
            Cmd = command,
            Volumes = volumes,
            WorkingDir = directory,
            Labels = labels,
            StopSignal = stopSignal,
            Shell = shell,
            ArgsEscaped = argsEscaped,
            Healthcheck = healthcheck,
            OnBuild = onBuild,
        };
    }

    internal static void Write(JsonWriter json, ExecutionConfig config)
    {
        json.Write("User"u8, config.User);
        json.Write("ExposedPorts"u8, config.ExposedPorts, WriteEmpty);
        json.Write("Env"u8, config.Env);
        json.Write("Entrypoint"u8, config.Entrypoint);
        json.Write("Cmd"u8, config.Cmd);
        json.Write("Volumes"u8, config.Volumes, WriteEmpty);
        json.Write("WorkingDir"u8, config.WorkingDir);
        json.Write("Labels"u8, config.Labels);
        json.Write("StopSignal"u8, config.StopSignal);
        json.Write("Shell"u8, config.Shell);
        json.Write("ArgsEscaped"u8, config.ArgsEscaped);
        json.Write("Healthcheck"u8, config.Healthcheck, HealthCheckJson.Write);
        json.Write("OnBuild"u8, config.OnBuild);
    }

    // Only the name says something; some builders write null for {}.
    private static EmptyObject ReadEmpty(scoped ref JsonReader json)
    {
        json.Skip();
        return EmptyObject.Value;
    }

    private static void WriteEmpty(JsonWriter json, EmptyObject value)
    {
    }
}
