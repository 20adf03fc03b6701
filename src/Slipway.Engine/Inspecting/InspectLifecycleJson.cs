using System.Text.Json.Nodes;
using Slipway.Engine.Containers;
using Slipway.Oci.Image;
using Slipway.Runtime.Health;

namespace Slipway.Engine.Inspecting;

/// <summary>Where a container stands, and what was asked for of its life, as <c>inspect</c> prints it.</summary>
internal static class InspectLifecycleJson
{
    /// <param name="record">The container.</param>
    /// <param name="isChecked">Whether it has a health check.</param>
    public static JsonObject State(ContainerRecord record, bool isChecked)
    {
        JsonObject state = Base(record);
        if (record.Health is { } health)
            state["Health"] = Of(health);
        // What has ended is well no more, and clients that wait for health look there without asking whether it runs.
        else if (isChecked && record.Status is ContainerStatus.Exited)
            state["Health"] = Of(new HealthState { Status = HealthState.Unhealthy });
        return state;
    }

    private static JsonObject Of(HealthState health) => new()
    {
        ["Status"] = health.Status,
        ["FailingStreak"] = health.FailingStreak,
        ["Log"] = new JsonArray([.. health.Log.Select(check => (JsonNode)new JsonObject
        {
            ["Start"] = InspectJson.Time(check.Start),
            ["End"] = InspectJson.Time(check.End),
            ["ExitCode"] = check.ExitCode,
            ["Output"] = check.Output,
        })]),
    };

    private static JsonObject Base(ContainerRecord record) => new()
    {
        ["Status"] = record.State,
        ["Running"] = record.IsActive,
        ["Paused"] = record.IsPaused,
        ["Restarting"] = record.IsRestarting,
        ["OOMKilled"] = record.OomKilled,
        ["Dead"] = record.Status is ContainerStatus.Removing,
        ["Pid"] = record.Pid,
        ["ExitCode"] = record.ExitCode,
        ["Error"] = record.Error ?? "",
        ["StartedAt"] = InspectJson.Time(record.StartedAt),
        ["FinishedAt"] = InspectJson.Time(record.FinishedAt),
    };

    /// <summary>Adds to a container's <c>HostConfig</c>.</summary>
    public static void AddHostConfig(JsonObject host, ContainerRequest request)
    {
        host["AutoRemove"] = request.AutoRemove;
        if (request.Init is { } init)
            host["Init"] = init;
        host["LogConfig"] = new JsonObject { ["Type"] = request.Log.Driver, ["Config"] = InspectJson.Map(request.Log.Options) };
        host["RestartPolicy"] = new JsonObject { ["Name"] = request.Restart.Name, ["MaximumRetryCount"] = request.Restart.MaxRetries };
    }

    /// <summary>Adds to a container's <c>Config</c>.</summary>
    public static void AddConfig(JsonObject config, ContainerRequest request, ExecutionConfig defaults)
    {
        if ((request.StopSignal ?? defaults.StopSignal) is { } signal)
            config["StopSignal"] = signal;
        if (request.StopTimeout is { } seconds)
            config["StopTimeout"] = seconds;
        if ((ContainerHealth.Of(request, defaults) ?? request.Health) is { } health)
            config["Healthcheck"] = JsonNode.Parse(Oci.Json.JsonWriter.Document(health, HealthCheckJson.Write));
    }
}
