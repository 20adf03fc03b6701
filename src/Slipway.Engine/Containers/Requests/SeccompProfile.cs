using System.Globalization;
using System.Text;
using Slipway.Oci;
using Slipway.Oci.Json;
using Slipway.Oci.Runtime;

namespace Slipway.Engine.Containers.Requests;

/// <summary>
/// A profile in docker's form: a runtime's filter, whose rules may hold for some capabilities, architectures and kernels only
/// (<c>includes</c>, <c>excludes</c>), and whose architectures may stand in a map.
/// </summary>
internal static class SeccompProfile
{
    private const string Architecture = "amd64";

    /// <summary>The filter that a profile means here.</summary>
    /// <param name="text">The profile.</param>
    /// <param name="capabilities">The container's bounding set.</param>
    /// <exception cref="SlipwayException">InvalidArgument: it is none.</exception>
    public static SeccompSpec Resolve(string text, IReadOnlyList<string> capabilities)
    {
        Parsed parsed = JsonReader.Read(Encoding.UTF8.GetBytes(text), "the seccomp profile", ErrorKind.InvalidArgument, static (scoped ref JsonReader json) => Read(ref json));
        return parsed.Filter with
        {
            Architectures = parsed.Filter.Architectures ?? (parsed.Map.TryGetValue("SCMP_ARCH_X86_64", out List<string>? others) ? ["SCMP_ARCH_X86_64", .. others] : null),
            Syscalls = [.. parsed.Rules.Where(r => Holds(r, capabilities)).Select(r => r.Rule)],
        };
    }

    private static bool Holds(ConditionalRule rule, IReadOnlyList<string> capabilities)
    {
        Condition with = rule.Includes, without = rule.Excludes;
        return with.Capabilities.All(capabilities.Contains)
            && (with.Architectures.Count == 0 || with.Architectures.Contains(Architecture))
            && (with.MinKernel is null || IsAtLeast(with.MinKernel))
            && !without.Capabilities.Any(capabilities.Contains)
            && !without.Architectures.Contains(Architecture)
            && (without.MinKernel is null || !IsAtLeast(without.MinKernel));
    }

    private static bool IsAtLeast(string version)
    {
        int[] parts = [.. version.Split('.').Select(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : 0)];
        Version kernel = Environment.OSVersion.Version;
        return new Version(kernel.Major, kernel.Minor) >= new Version(parts[0], parts.Length > 1 ? parts[1] : 0);
    }

    private static Parsed? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? action = null;
        uint? errno = null;
        List<string>? architectures = null, flags = null;
        List<ArchitectureEntry>? map = null;
        List<ConditionalRule>? rules = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "defaultAction": action = json.Text(); break;
                case "defaultErrnoRet": errno = json.UInt32(); break;
                case "architectures": architectures = json.Strings(); break;
                case "flags": flags = json.Strings(); break;
                case "archMap": map = json.List(ReadArchitecture); break;
                case "syscalls": rules = json.List(ReadRule); break;
                case "listenerPath" or "listenerMetadata": throw json.Error("an agent is not supported here");
                default: json.Skip(); break;
            }
        }
        if (architectures is { Count: > 0 } && map is { Count: > 0 })
            throw json.Error("use either 'architectures' or 'archMap'");
        var filter = new SeccompSpec { DefaultAction = action ?? throw json.Missing("defaultAction"), DefaultErrnoRet = errno, Architectures = architectures, Flags = flags };
        return new(filter, (map ?? []).ToDictionary(e => e.Name, e => e.Others), rules ?? []);
    }

    private static ArchitectureEntry? ReadArchitecture(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? called = null;
        List<string>? others = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "architecture": called = json.Text(); break;
                case "subArchitectures": others = json.Strings(); break;
                default: json.Skip(); break;
            }
        }
        return new(called ?? throw json.Missing("architecture"), others ?? []);
    }

    private static ConditionalRule? ReadRule(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        string? single = null, action = null;
        List<string>? names = null;
        uint? errno = null;
        List<SyscallArgument>? arguments = null;
        Condition includes = new(), excludes = new();
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "name": single = json.Text(); break;
                case "names": names = json.Strings(); break;
                case "action": action = json.Text(); break;
                case "errnoRet": errno = json.UInt32(); break;
                case "args": arguments = json.List(ReadArgument); break;
                case "includes": includes = ReadCondition(ref json); break;
                case "excludes": excludes = ReadCondition(ref json); break;
                default: json.Skip(); break;
            }
        }
        if (names is { Count: > 0 } && single is { Length: > 0 })
            throw json.Error("use either 'name' or 'names'");
        List<string> all = [.. names ?? [], .. single is { Length: > 0 } ? [single] : (string[])[]];
        var rule = new SyscallRule { Names = all, Action = action ?? throw json.Missing("action"), ErrnoRet = errno, Args = arguments };
        return new(rule, includes, excludes);
    }

    private static SyscallArgument? ReadArgument(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        uint? index = null;
        ulong? value = null, second = null;
        string? op = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "index": index = json.UInt32(); break;
                case "value": value = json.UInt64(); break;
                case "valueTwo": second = json.UInt64(); break;
                case "op": op = json.Text(); break;
                default: json.Skip(); break;
            }
        }
        return new() { Index = index ?? throw json.Missing("index"), Value = value ?? 0, ValueTwo = second, Op = op ?? throw json.Missing("op") };
    }

    private static Condition ReadCondition(scoped ref JsonReader json)
    {
        var condition = new Condition();
        if (!json.BeginObject())
            return condition;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "caps": condition = condition with { Capabilities = json.Strings() ?? [] }; break;
                case "arches": condition = condition with { Architectures = json.Strings() ?? [] }; break;
                case "minKernel": condition = condition with { MinKernel = json.Text() }; break;
                default: json.Skip(); break;
            }
        }
        return condition;
    }

    private sealed record Parsed(SeccompSpec Filter, Dictionary<string, List<string>> Map, List<ConditionalRule> Rules);

    private sealed record ArchitectureEntry(string Name, List<string> Others);

    private sealed record ConditionalRule(SyscallRule Rule, Condition Includes, Condition Excludes);

    private sealed record Condition
    {
        public IReadOnlyList<string> Capabilities { get; init; } = [];

        public IReadOnlyList<string> Architectures { get; init; } = [];

        public string? MinKernel { get; init; }
    }
}
