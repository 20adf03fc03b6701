using Slipway.Oci;
using Slipway.Runtime.Health;
using Slipway.Store.Images;

namespace Slipway.Engine.Containers;

/// <summary>What is known of a container at one moment.</summary>
public sealed record ContainerRecord
{
    /// <summary>64 hexadecimal digits, for life.</summary>
    public required string Id { get; init; }

    /// <summary>Unique in the store.</summary>
    public required string Name { get; init; }

    /// <summary>The image it stands on.</summary>
    public required Digest ImageId { get; init; }

    /// <summary>What was asked for.</summary>
    public required ContainerRequest Request { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Where it stands.</summary>
    public required ContainerStatus Status { get; init; }

    /// <summary>The host's number of its first process; 0 when it doesn't run.</summary>
    public int Pid { get; init; }

    /// <summary>The last start.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The last end.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>0 to 255; 128 + n when signal n ended it.</summary>
    public int ExitCode { get; init; }

    /// <summary>The kernel ended a process of it for want of memory.</summary>
    public bool OomKilled { get; init; }

    /// <summary>Why the last start or run failed in us, not in it.</summary>
    public string? Error { get; init; }

    /// <summary>Of a running one: what its health check says; null: it has none.</summary>
    public HealthState? Health { get; init; }

    /// <summary>How often its policy has started it again since somebody did.</summary>
    public int Restarts { get; init; }

    /// <summary>The wait before the last of those, in milliseconds.</summary>
    public int RestartMilliseconds { get; init; }

    /// <summary>Somebody stopped it: its policy starts it only after a reboot, if at all.</summary>
    public bool IsStoppedByHand { get; init; }

    /// <summary>It has ended and is started again after a while.</summary>
    public bool IsRestarting { get; init; }

    /// <summary>Changes of its health until then are among the events.</summary>
    internal DateTimeOffset HealthNoted { get; init; }

    /// <summary>When memory ran out until then is among the events.</summary>
    internal DateTimeOffset OomNoted { get; init; }

    /// <summary>The first twelve digits.</summary>
    public string ShortId => Id[..12];

    /// <summary>Whether it runs and all its processes stand still, for <c>pause</c> or for a commit. The kernel's word, never stored.</summary>
    public bool IsPaused { get; init; }

    /// <summary>Whether its process runs, or is paused.</summary>
    public bool IsRunning => Status == ContainerStatus.Running;

    /// <summary>Whether it runs, or will again without anybody's doing.</summary>
    public bool IsActive => IsRunning || IsRestarting;

    /// <summary>The labels of its image, and its own over them.</summary>
    public IReadOnlyDictionary<string, string> LabelsWith(ImageRecord? image)
    {
        if (image?.Config.Config?.Labels is not { Count: > 0 } defaults)
            return Request.Labels;
        Dictionary<string, string> labels = new(defaults);
        foreach ((string key, string value) in Request.Labels)
            labels[key] = value;
        return labels;
    }

    /// <summary>The one word for where it stands: created, running, paused, restarting, exited or removing.</summary>
    public string State => Status switch
    {
        ContainerStatus.Running => IsPaused ? "paused" : "running",
        ContainerStatus.Exited => IsRestarting ? "restarting" : "exited",
        ContainerStatus.Removing => "removing",
        _ => "created",
    };
}
