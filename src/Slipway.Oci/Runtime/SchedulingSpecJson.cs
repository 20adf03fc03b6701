using Slipway.Oci.Json;

namespace Slipway.Oci.Runtime;

/// <summary>Scheduler, I/O priority and processors of a process as text.</summary>
internal static class SchedulingSpecJson
{
    public static SchedulerSpec? ReadScheduler(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? policy = null;
        int? nice = null, priority = null;
        List<string>? flags = null;
        ulong? runtime = null, deadline = null, period = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "policy": policy = json.Text(); break;
                case "nice": nice = json.Int32(); break;
                case "priority": priority = json.Int32(); break;
                case "flags": flags = json.Texts(); break;
                case "runtime": runtime = json.UInt64(); break;
                case "deadline": deadline = json.UInt64(); break;
                case "period": period = json.UInt64(); break;
                default: json.Skip(); break;
            }
        }
        return new SchedulerSpec
        {
            Policy = policy ?? throw json.Missing("policy"),
            Nice = nice,
            Priority = priority,
            Flags = flags,
            Runtime = runtime,
            Deadline = deadline,
            Period = period,
        };
    }

    public static void WriteScheduler(JsonWriter json, SchedulerSpec scheduler)
    {
        json.Write("policy"u8, scheduler.Policy);
        json.Write("nice"u8, scheduler.Nice);
        json.Write("priority"u8, scheduler.Priority);
        json.Write("flags"u8, scheduler.Flags);
        json.Write("runtime"u8, scheduler.Runtime);
        json.Write("deadline"u8, scheduler.Deadline);
        json.Write("period"u8, scheduler.Period);
    }

    public static IoPrioritySpec? ReadIOPriority(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? level = null;
        int? priority = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "class": level = json.Text(); break;
                case "priority": priority = json.Int32(); break;
                default: json.Skip(); break;
            }
        }
        return new IoPrioritySpec { Class = level ?? throw json.Missing("class"), Priority = priority };
    }

    public static void WriteIOPriority(JsonWriter json, IoPrioritySpec priority)
    {
        json.Write("class"u8, priority.Class);
        json.Write("priority"u8, priority.Priority);
    }

    public static CpuAffinitySpec? ReadAffinity(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? initial = null, final = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "initial": initial = json.Text(); break;
                case "final": final = json.Text(); break;
                default: json.Skip(); break;
            }
        }
        return new CpuAffinitySpec { Initial = initial, Final = final };
    }

    public static void WriteAffinity(JsonWriter json, CpuAffinitySpec affinity)
    {
        json.Write("initial"u8, affinity.Initial);
        json.Write("final"u8, affinity.Final);
    }
}
