using Slipway.Oci.Json;

namespace Slipway.Oci.Runtime;

/// <summary>config.json's hooks as text.</summary>
internal static class HooksSpecJson
{
    public static HooksSpec? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        List<HookSpec>? prestart = null, createRuntime = null, createContainer = null, startContainer = null, poststart = null, poststop = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "prestart": prestart = json.List(ReadHook); break;
                case "createRuntime": createRuntime = json.List(ReadHook); break;
                case "createContainer": createContainer = json.List(ReadHook); break;
                case "startContainer": startContainer = json.List(ReadHook); break;
                case "poststart": poststart = json.List(ReadHook); break;
                case "poststop": poststop = json.List(ReadHook); break;
                default: json.Skip(); break;
            }
        }
        return new HooksSpec
        {
            Prestart = prestart,
            CreateRuntime = createRuntime,
            CreateContainer = createContainer,
            StartContainer = startContainer,
            Poststart = poststart,
            Poststop = poststop,
        };
    }

    public static void Write(JsonWriter json, HooksSpec hooks)
    {
        json.Write("prestart"u8, hooks.Prestart, WriteHook);
        json.Write("createRuntime"u8, hooks.CreateRuntime, WriteHook);
        json.Write("createContainer"u8, hooks.CreateContainer, WriteHook);
        json.Write("startContainer"u8, hooks.StartContainer, WriteHook);
        json.Write("poststart"u8, hooks.Poststart, WriteHook);
        json.Write("poststop"u8, hooks.Poststop, WriteHook);
    }

    private static HookSpec? ReadHook(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? path = null;
        List<string>? args = null, env = null;
        int? timeout = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "path": path = json.Text(); break;
                case "args": args = json.Texts(); break;
                case "env": env = json.Texts(); break;
                case "timeout": timeout = json.Int32(); break;
                default: json.Skip(); break;
            }
        }
        return new HookSpec { Path = path ?? throw json.Missing("path"), Args = args, Env = env, Timeout = timeout };
    }

    private static void WriteHook(JsonWriter json, HookSpec hook)
    {
        json.Write("path"u8, hook.Path);
        json.Write("args"u8, hook.Args);
        json.Write("env"u8, hook.Env);
        json.Write("timeout"u8, hook.Timeout);
    }
}
