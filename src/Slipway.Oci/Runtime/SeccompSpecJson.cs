using Slipway.Oci.Json;

namespace Slipway.Oci.Runtime;

/// <summary>A system call filter as text: a part of config.json, and a profile file.</summary>
public static class SeccompSpecJson
{
    /// <summary>Reads a filter.</summary>
    public static SeccompSpec? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? action = null, listener = null, metadata = null;
        uint? errno = null;
        List<string>? architectures = null, flags = null;
        List<SyscallRule>? rules = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "defaultAction": action = json.Text(); break;
                case "defaultErrnoRet": errno = json.UInt32(); break;
                case "architectures": architectures = json.Texts(); break;
                case "flags": flags = json.Texts(); break;
                case "listenerPath": listener = json.Text(); break;
                case "listenerMetadata": metadata = json.String(); break;
                case "syscalls": rules = json.List(ReadRule); break;
                default: json.Skip(); break;
            }
        }
        return new SeccompSpec
        {
            DefaultAction = action ?? throw json.Missing("defaultAction"),
            DefaultErrnoRet = errno,
            Architectures = architectures,
            Flags = flags,
            ListenerPath = listener,
            ListenerMetadata = metadata,
            Syscalls = rules,
        };
    }

    /// <summary>Writes a filter's members.</summary>
    public static void Write(JsonWriter json, SeccompSpec filter)
    {
        json.Write("defaultAction"u8, filter.DefaultAction);
        json.Write("defaultErrnoRet"u8, filter.DefaultErrnoRet);
        json.Write("architectures"u8, filter.Architectures);
        json.Write("flags"u8, filter.Flags);
        json.Write("listenerPath"u8, filter.ListenerPath);
        json.Write("listenerMetadata"u8, filter.ListenerMetadata);
        json.Write("syscalls"u8, filter.Syscalls, static (json, rule) =>
        {
            json.Write("names"u8, rule.Names);
            json.Write("action"u8, rule.Action);
            json.Write("errnoRet"u8, rule.ErrnoRet);
            json.Write("args"u8, rule.Args, WriteArgument);
        });
    }

    private static SyscallRule? ReadRule(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        List<string>? names = null;
        string? action = null;
        uint? errno = null;
        List<SyscallArgument>? arguments = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "names": names = json.Texts(); break;
                case "action": action = json.Text(); break;
                case "errnoRet": errno = json.UInt32(); break;
                case "args": arguments = json.List(ReadArgument); break;
                default: json.Skip(); break;
            }
        }
        return new SyscallRule
        {
            Names = names ?? throw json.Missing("names"),
            Action = action ?? throw json.Missing("action"),
            ErrnoRet = errno,
            Args = arguments,
        };
    }

    private static SyscallArgument? ReadArgument(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        uint? index = null;
        ulong? value = null, valueTwo = null;
        string? comparison = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "index": index = json.UInt32(); break;
                case "value": value = json.UInt64(); break;
                case "valueTwo": valueTwo = json.UInt64(); break;
                case "op": comparison = json.Text(); break;
                default: json.Skip(); break;
            }
        }
        return new SyscallArgument
        {
            Index = index ?? throw json.Missing("index"),
            Value = value ?? throw json.Missing("value"),
            ValueTwo = valueTwo,
            Op = comparison ?? throw json.Missing("op"),
        };
    }

    private static void WriteArgument(JsonWriter json, SyscallArgument argument)
    {
        json.Write("index"u8, argument.Index);
        json.Write("value"u8, argument.Value);
        json.Write("valueTwo"u8, argument.ValueTwo);
        json.Write("op"u8, argument.Op);
    }
}
