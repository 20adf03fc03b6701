using Slipway.Engine.Containers;
using Slipway.Runtime.Health;

namespace Slipway.Engine.Inspecting;

/// <summary>A container's status in docker's words.</summary>
public static class StatusText
{
    /// <summary>As <c>ps</c> shows it: <c>Up 5 minutes (healthy)</c>.</summary>
    public static string Of(ContainerRecord record, DateTimeOffset now) => record.Status switch
    {
        ContainerStatus.Running => "Up " + Humanize.Duration(now - (record.StartedAt ?? now)) + (record.IsPaused ? " (Paused)" : HealthOf(record.Health)),
        ContainerStatus.Exited when record.IsRestarting => $"Restarting ({record.ExitCode}) {Humanize.Ago(record.FinishedAt ?? now, now)}",
        ContainerStatus.Exited => $"Exited ({record.ExitCode}) {Humanize.Ago(record.FinishedAt ?? now, now)}",
        ContainerStatus.Removing => "Removal In Progress",
        _ => "Created",
    };

    private static string HealthOf(HealthState? health) => health?.Status switch
    {
        null => "",
        HealthState.Starting => " (health: starting)",
        var status => $" ({status})",
    };
}
