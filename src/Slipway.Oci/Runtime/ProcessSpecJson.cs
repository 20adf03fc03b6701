using Slipway.Oci.Json;

namespace Slipway.Oci.Runtime;

/// <summary>A process as text: a part of config.json, and the file that <c>exec --process</c> names.</summary>
public static class ProcessSpecJson
{
    /// <summary>Reads a document that is a process alone.</summary>
    /// <exception cref="SlipwayException">As <see cref="RuntimeSpecJson.Read(ReadOnlySpan{byte}, string)"/>.</exception>
    public static ProcessSpec Read(ReadOnlySpan<byte> document, string what) => JsonReader.Read(document, what, ErrorKind.InvalidArgument, Read);

    /// <summary>Reads a process.</summary>
    public static ProcessSpec? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        bool? terminal = null, noNewPrivileges = null;
        ConsoleSize? consoleSize = null;
        string? cwd = null, apparmor = null, selinux = null;
        List<string>? env = null, args = null;
        UserSpec? user = null;
        CapabilitiesSpec? capabilities = null;
        List<RlimitSpec>? rlimits = null;
        int? oomScoreAdj = null;
        SchedulerSpec? scheduler = null;
        IoPrioritySpec? ioPriority = null;
        CpuAffinitySpec? affinity = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "terminal": terminal = json.Boolean(); break;
                case "consoleSize": consoleSize = ReadConsoleSize(ref json); break;
                case "cwd": cwd = json.Text(); break;
                case "env": env = json.Texts(); break;
                case "args": args = json.Texts(); break;
                case "user": user = UserSpecJson.Read(ref json); break;
                case "capabilities": capabilities = CapabilitiesSpecJson.Read(ref json); break;
                case "rlimits": rlimits = json.List(ReadRlimit); break;
                case "noNewPrivileges": noNewPrivileges = json.Boolean(); break;
                case "apparmorProfile": apparmor = json.Text(); break;
                case "selinuxLabel": selinux = json.Text(); break;
                case "oomScoreAdj": oomScoreAdj = json.Int32(); break;
                case "scheduler": scheduler = SchedulingSpecJson.ReadScheduler(ref json); break;
                case "ioPriority": ioPriority = SchedulingSpecJson.ReadIOPriority(ref json); break;
                case "execCPUAffinity": affinity = SchedulingSpecJson.ReadAffinity(ref json); break;
                default: json.Skip(); break;
            }
        }
        return new ProcessSpec
        {
            Terminal = terminal,
            ConsoleSize = consoleSize,
            Cwd = cwd ?? throw json.Missing("cwd"),
            Env = env,
            // What the schema lets be missing has the value that it has in Go, where most of these documents are made.
            Args = args ?? [],
            User = user ?? new UserSpec { Uid = 0, Gid = 0 },
            Capabilities = capabilities,
            Rlimits = rlimits,
            NoNewPrivileges = noNewPrivileges,
            ApparmorProfile = apparmor,
            SelinuxLabel = selinux,
            OomScoreAdj = oomScoreAdj,
            Scheduler = scheduler,
            IOPriority = ioPriority,
            ExecCpuAffinity = affinity,
        };
    }

    /// <summary>Writes a process's members.</summary>
    public static void Write(JsonWriter json, ProcessSpec process)
    {
        json.Write("terminal"u8, process.Terminal);
        json.Write("consoleSize"u8, process.ConsoleSize, WriteConsoleSize);
        json.Write("cwd"u8, process.Cwd);
        json.Write("env"u8, process.Env);
        json.Write("args"u8, process.Args);
        json.Write("user"u8, process.User, UserSpecJson.Write);
        json.Write("capabilities"u8, process.Capabilities, CapabilitiesSpecJson.Write);
        json.Write("rlimits"u8, process.Rlimits, static (json, limit) =>
        {
            json.Write("type"u8, limit.Type);
            json.Write("soft"u8, limit.Soft);
            json.Write("hard"u8, limit.Hard);
        });
        json.Write("noNewPrivileges"u8, process.NoNewPrivileges);
        json.Write("apparmorProfile"u8, process.ApparmorProfile);
        json.Write("selinuxLabel"u8, process.SelinuxLabel);
        json.Write("oomScoreAdj"u8, process.OomScoreAdj);
        json.Write("scheduler"u8, process.Scheduler, SchedulingSpecJson.WriteScheduler);
        json.Write("ioPriority"u8, process.IOPriority, SchedulingSpecJson.WriteIOPriority);
        json.Write("execCPUAffinity"u8, process.ExecCpuAffinity, SchedulingSpecJson.WriteAffinity);
    }

    /// <summary>Writes a terminal's size.</summary>
    public static void WriteConsoleSize(JsonWriter json, ConsoleSize size)
    {
        json.Write("height"u8, size.Height);
        json.Write("width"u8, size.Width);
    }

    /// <summary>Reads one; null where the text says so.</summary>
    public static ConsoleSize? ReadConsoleSize(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        ushort? height = null, width = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "height": height = json.UInt16(); break;
                case "width": width = json.UInt16(); break;
                default: json.Skip(); break;
            }
        }
        return new ConsoleSize { Height = height ?? throw json.Missing("height"), Width = width ?? throw json.Missing("width") };
    }

    private static RlimitSpec? ReadRlimit(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? type = null;
        ulong? soft = null, hard = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "type": type = json.Text(); break;
                case "soft": soft = json.UInt64(); break;
                case "hard": hard = json.UInt64(); break;
                default: json.Skip(); break;
            }
        }
        return new RlimitSpec
        {
            Type = type ?? throw json.Missing("type"),
            Soft = soft ?? throw json.Missing("soft"),
            Hard = hard ?? throw json.Missing("hard"),
        };
    }
}
