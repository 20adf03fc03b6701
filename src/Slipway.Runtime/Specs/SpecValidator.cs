using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Specs;

/// <summary>
/// Whether a config.json makes sense, found out before anything happens. Errors are what the specification says MUST fail, and what the
/// kernel would refuse later with less to say; each names the member: <c>check 'config.json': process.cwd: 'work' is not absolute</c>.
/// What it only discourages is a warning, and is put right.
/// </summary>
public sealed partial class SpecValidator
{
    // sethostname(2), __NEW_UTS_LEN.
    private const int LongestName = 64;

    private static readonly string[] s_propagations = ["private", "rprivate", "shared", "rshared", "slave", "rslave", "unbindable", "runbindable"];

    private readonly string _what;
    private readonly Action<string> _warn;

    private SpecValidator(string what, Action<string> warn)
    {
        _what = what;
        _warn = warn;
    }

    /// <summary>Checks a whole configuration.</summary>
    /// <param name="spec">The configuration.</param>
    /// <param name="what">Its name in errors, in quotes.</param>
    /// <param name="warn">Takes warnings, a sentence each.</param>
    /// <returns>The same without what only deserved a warning.</returns>
    /// <exception cref="SlipwayException">InvalidArgument: it makes no sense. NotSupported: it does, and not here.</exception>
    public static RuntimeSpec Accept(RuntimeSpec spec, string what, Action<string> warn) => new SpecValidator(what, warn).Accept(spec);

    /// <summary>Checks a process alone, as an exec has it.</summary>
    /// <inheritdoc cref="Accept(RuntimeSpec, string, Action{string})"/>
    public static ProcessSpec Accept(ProcessSpec process, string what, Action<string> warn) => new SpecValidator(what, warn).AcceptProcess(process, "");

    private RuntimeSpec Accept(RuntimeSpec spec)
    {
        CheckVersion(spec.OciVersion);
        if (string.IsNullOrEmpty(spec.Root?.Path))
            throw Wrong("root.path", "it is missing");
        ProcessSpec process = AcceptProcess(spec.Process ?? throw Wrong("process", "it is missing"), "process.");
        foreach (string key in (spec.Annotations ?? new Dictionary<string, string>()).Keys)
        {
            if (key.Length == 0)
                throw Wrong("annotations", "a key is empty");
        }
        CheckHooks(spec.Hooks);
        LinuxSpec linux = spec.Linux ?? new LinuxSpec();
        CheckNamespaces(linux);
        CheckMappings(linux, process.User);
        CheckName("hostname", spec.Hostname);
        CheckName("domainname", spec.Domainname);
        CheckLinux(linux);
        CheckSysctls(linux.Sysctl, spec.Domainname);
        return spec with { Process = process, Mounts = AcceptMounts(spec.Mounts) };
    }

    private void CheckLinux(LinuxSpec linux)
    {
        if (linux.RootfsPropagation is { Length: > 0 } propagation && !s_propagations.Contains(propagation))
            throw Wrong("linux.rootfsPropagation", $"{Show(propagation)} is none of {string.Join(", ", s_propagations)}");
        CheckPaths("linux.maskedPaths", linux.MaskedPaths);
        CheckPaths("linux.readonlyPaths", linux.ReadonlyPaths);
        CheckDevices(linux.Devices);
        CheckMountLabel(linux.MountLabel);
        CheckResources(linux.Resources);
        CheckSeccomp(linux.Seccomp);
        CheckPersonality(linux.Personality);
        CheckMemoryPolicy(linux.MemoryPolicy);
        if (linux.IntelRdt is not null)
            throw new SlipwayException(ErrorKind.NotSupported, $"check {_what}: linux.intelRdt: resctrl groups are not supported");
        if (linux.NetDevices is { Count: > 0 })
            throw new SlipwayException(ErrorKind.NotSupported, $"check {_what}: linux.netDevices: moving network devices is not supported");
    }

    // Semantic versioning: any 1.x.y, since what a later one adds is ignored where it isn't known (spec.md, config.md#specification-version).
    private void CheckVersion(string version)
    {
        ReadOnlySpan<char> core = version;
        int end = core.IndexOfAny('-', '+');
        core = end < 0 ? core : core[..end];
        int parts = 0;
        foreach (Range part in core.Split('.'))
        {
            if (core[part].IsEmpty || core[part].ContainsAnyExceptInRange('0', '9'))
                throw Wrong("ociVersion", $"{Show(version)} is not a version");
            parts++;
        }
        if (parts != 3)
            throw Wrong("ociVersion", $"{Show(version)} is not a version");
        if (!core.StartsWith("1."))
            throw Wrong("ociVersion", $"{Show(version)} is not supported, 1.x.y is");
    }

    private void CheckName(string member, string? name)
    {
        if (string.IsNullOrEmpty(name))
            return;
        if (System.Text.Encoding.UTF8.GetByteCount(name) > LongestName)
            throw Wrong(member, $"it is longer than {LongestName} bytes");
        if (!IsOwn("uts"))
            throw Wrong(member, "it needs a uts namespace of the container's own");
    }

    private void CheckHooks(HooksSpec? hooks)
    {
        CheckHooks("hooks.prestart", hooks?.Prestart);
        CheckHooks("hooks.createRuntime", hooks?.CreateRuntime);
        CheckHooks("hooks.createContainer", hooks?.CreateContainer);
        CheckHooks("hooks.startContainer", hooks?.StartContainer);
        CheckHooks("hooks.poststart", hooks?.Poststart);
        CheckHooks("hooks.poststop", hooks?.Poststop);
    }

    private void CheckHooks(string member, IReadOnlyList<HookSpec>? hooks)
    {
        for (int i = 0; i < (hooks?.Count ?? 0); i++)
        {
            HookSpec hook = hooks![i];
            if (!hook.Path.StartsWith('/'))
                throw Wrong($"{member}[{i}].path", $"{Show(hook.Path)} is not absolute");
            if (hook.Timeout <= 0)
                throw Wrong($"{member}[{i}].timeout", $"{hook.Timeout} seconds are not more than 0");
            CheckEnvironment($"{member}[{i}].env", hook.Env);
        }
    }

    private void CheckPaths(string member, IReadOnlyList<string>? paths)
    {
        for (int i = 0; i < (paths?.Count ?? 0); i++)
        {
            if (!paths![i].StartsWith('/'))
                throw Wrong($"{member}[{i}]", $"{Show(paths[i])} is not absolute");
        }
    }

    private SlipwayException Wrong(string member, string why) => new(ErrorKind.InvalidArgument, $"check {_what}: {member}: {why}");

    private void Warn(string member, string why) => _warn($"check {_what}: {member}: {why}");

    private static string Show(string text) => $"'{Printable.Escape(text)}'";
}
