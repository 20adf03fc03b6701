using System.Globalization;
using Slipway.Engine.Events;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Runtime.Attach;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    // podman's, where a condition has no code.
    private const int NoCode = -1;

    /// <summary>Waits until the container ends; returns its exit code. One that has ended, or never ran, answers at once.</summary>
    /// <exception cref="SlipwayException">NotFound.</exception>
    public int Wait(string nameOrId)
    {
        ContainerRecord record = Get(nameOrId);
        if (!record.IsRunning)
            return record.ExitCode;
        // From the monitor itself: a --rm container leaves no record to read afterwards.
        int? code = CodeFromMonitor(record.Id);
        WaitForEnd(record.Id);
        return code ?? Find(record.Id)?.ExitCode ?? throw Removed(record);
    }

    /// <summary>Waits until something holds of the container; returns its last exit code, -1 where the condition is not about an end.</summary>
    /// <param name="nameOrId">Which.</param>
    /// <param name="condition">What.</param>
    /// <param name="since">What happened from then on counts as next.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="SlipwayException">NotFound, also where it is removed before the condition holds.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public int Wait(string nameOrId, WaitCondition condition, DateTimeOffset since, CancellationToken cancel)
    {
        if (condition is WaitCondition.NotRunning)
            return Wait(nameOrId);
        ContainerRecord record = Get(nameOrId);
        int code = record.ExitCode;
        if (Holds(record, condition))
            return NoCode;
        foreach (EventRecord happened in new EventReader(_context, this).Read(since, null, e => e.Actor == record.Id, cancel))
        {
            if (happened.Action == "die")
                code = int.Parse(happened.Attributes["exitCode"], CultureInfo.InvariantCulture);
            if (happened.Action == (condition is WaitCondition.NextExit ? "die" : "destroy"))
                return condition is WaitCondition.NextExit or WaitCondition.Removed ? code : throw Removed(record);
            if (Find(record.Id) is { } now && Holds(now, condition))
                return NoCode;
        }
        throw new OperationCanceledException(cancel);
    }

    private static bool Holds(ContainerRecord record, WaitCondition condition) => condition switch
    {
        WaitCondition.Running => record.IsRunning && !record.IsPaused,
        WaitCondition.Paused => record.IsPaused,
        WaitCondition.Healthy => record.Health?.Status == "healthy",
        WaitCondition.Unhealthy => record.Health?.Status == "unhealthy",
        _ => false,
    };

    private static SlipwayException Removed(ContainerRecord record) => new(ErrorKind.NotFound, $"container {record.Name} was removed while it was waited for");

    private int? CodeFromMonitor(string id)
    {
        try
        {
            using AttachStream stream = AttachStream.Connect(_context.Paths.Run(id));
            AttachResult result = stream.WaitForExit();
            return result.End is AttachEnd.Exited ? result.ExitCode : null;
        }
        catch (Exception e) when (e is SlipwayException { Kind: ErrorKind.Conflict } or LinuxException)
        {
            return null; // it ended just now
        }
    }
}
