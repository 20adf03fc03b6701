using System.Text;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;

namespace Slipway.Engine.Recording;

/// <summary>A container's creation as a <c>.container</c> file of podman's (podman-systemd.unit(5)). What it has no key for is a <c>PodmanArgs=</c>; what podman has no flag for, a comment.</summary>
internal sealed class QuadletText
{
    private static readonly Dictionary<string, string> s_keys = new()
    {
        ["--name"] = "ContainerName", ["--env"] = "Environment", ["--label"] = "Label", ["--annotation"] = "Annotation", ["--hostname"] = "HostName",
        ["--workdir"] = "WorkingDir", ["--group-add"] = "GroupAdd", ["--entrypoint"] = "Entrypoint", ["--volume"] = "Volume", ["--mount"] = "Mount", ["--tmpfs"] = "Tmpfs",
        ["--publish"] = "PublishPort", ["--expose"] = "ExposeHostPort", ["--dns"] = "DNS", ["--dns-option"] = "DNSOption", ["--dns-search"] = "DNSSearch",
        ["--add-host"] = "AddHost", ["--cap-add"] = "AddCapability", ["--cap-drop"] = "DropCapability", ["--device"] = "AddDevice", ["--sysctl"] = "Sysctl",
        ["--ulimit"] = "Ulimit", ["--shm-size"] = "ShmSize", ["--pids-limit"] = "PidsLimit", ["--health-cmd"] = "HealthCmd", ["--health-interval"] = "HealthInterval",
        ["--health-timeout"] = "HealthTimeout", ["--health-start-period"] = "HealthStartPeriod", ["--health-retries"] = "HealthRetries", ["--stop-signal"] = "StopSignal",
        ["--stop-timeout"] = "StopTimeout", ["--log-driver"] = "LogDriver", ["--log-opt"] = "LogOpt", ["--init"] = "RunInit", ["--read-only"] = "ReadOnly",
    };

    private static readonly string[] s_unknown = ["--domainname", "--link", "--publish-all", "--health-start-interval", "--attach"];

    private readonly ContainerRecord _record;
    private readonly bool _secrets;
    private readonly List<string> _notes = [], _container = [], _service = [];

    private QuadletText(ContainerRecord record, bool secrets) => (_record, _secrets) = (record, secrets);

    public static string Of(ContainerRecord record, bool secrets) => new QuadletText(record, secrets).Write();

    private string Write()
    {
        ContainerRequest request = _secrets ? _record.Request : CreateBodyText.Masked(_record.Request);
        RunFlags flags = RunFlags.Of(_record with { Request = request }, docker: false);
        _notes.AddRange(flags.Notes);
        if (!_secrets && !RunFlags.Of(_record, docker: false).All.SequenceEqual(flags.All))
            _notes.Add($"secrets are hidden as {SecretMask.Hidden}: --secrets shows them");
        // A short name is asked for at nobody when a service starts.
        _container.Add("Image=" + Escape(request.Image));
        foreach (RunFlag flag in flags.All)
            Take(flag);
        foreach (string option in SecurityOptions.Canonical(request.Security))
            TakeSecurity(option);
        if (flags.Command.Count > 0)
            _container.Add("Exec=" + string.Join(' ', flags.Command.Select(Word)));
        var text = new StringBuilder();
        foreach (string note in _notes)
            text.Append("# ").Append(note.ReplaceLineEndings(" ")).Append('\n');
        Section(text, "Container", _container);
        if (_service.Count > 0)
            Section(text, "Service", _service);
        Section(text, "Install", ["WantedBy=default.target"]);
        return text.ToString().TrimEnd('\n') + "\n";
    }

    private void Take(RunFlag flag)
    {
        string value = flag.Value ?? "true";
        switch (flag.Name)
        {
            case "--detach" or "--rm" or "--security-opt":
                break; // what a unit always does, and what is taken in one spelling below
            case "--restart":
                TakeRestart(value);
                break;
            case "--user" when value.Split(':', 2) is [var user, var group]:
                _container.Add("User=" + Escape(user));
                _container.Add("Group=" + Escape(group));
                break;
            case "--user":
                _container.Add("User=" + Escape(value));
                break;
            case "--no-healthcheck":
                _container.Add("HealthCmd=none");
                break;
            case "--network":
                TakeNetwork(value);
                break;
            default:
                TakeOther(flag, value);
                break;
        }
    }

    private void TakeOther(RunFlag flag, string value)
    {
        if (s_unknown.Contains(flag.Name))
            _notes.Add($"podman's units have no such setting: {flag.Name} {ShellQuote.Word(value)}");
        else if (s_keys.TryGetValue(flag.Name, out string? key))
            _container.Add($"{key}={(IsList(key) ? Word(value) : Escape(value))}");
        else
            _container.Add("PodmanArgs=" + (flag.Value is null ? flag.Name : Word($"{flag.Name}={value}")));
    }

    // Keys whose value is split into words.
    private static bool IsList(string key) => key is "Environment" or "Label" or "Annotation" or "Sysctl" or "AddCapability" or "DropCapability" or "AddDevice";

    private void TakeRestart(string policy)
    {
        string kind = policy.Split(':')[0];
        _service.Add("Restart=" + (kind is "always" or "unless-stopped" ? "always" : "on-failure"));
        if (kind is not "always" || policy.Contains(':', StringComparison.Ordinal))
            _notes.Add($"systemd's Restart= comes nearest to --restart {policy}");
        if (kind is "on-unhealthy")
            _container.Add("HealthOnFailure=kill");
    }

    // podman's own long form: NET:ip=…,alias=….
    private void TakeNetwork(string value)
    {
        if (!value.StartsWith("name=", StringComparison.Ordinal))
        {
            _container.Add("Network=" + Escape(value));
            return;
        }
        string[] fields = value.Split(',');
        List<string> options = [];
        foreach (string field in fields.Skip(1))
        {
            string key = field.Split('=')[0];
            if (key is "alias" or "ip" or "ip6")
                options.Add(field);
            else if (key == "mac-address")
                options.Add("mac=" + field[(key.Length + 1)..]);
            else
                _notes.Add($"podman's networks have no such option: {field} of {fields[0][5..]}");
        }
        _container.Add("Network=" + Escape(fields[0][5..] + (options.Count > 0 ? ":" + string.Join(',', options) : "")));
    }

    private void TakeSecurity(string value)
    {
        if (value == "no-new-privileges")
            _container.Add("NoNewPrivileges=true");
        else if (value == "label=disable")
            _container.Add("SecurityLabelDisable=true");
        else if (value.StartsWith(RunFlags.SeccompOption, StringComparison.Ordinal) && value.Contains('{', StringComparison.Ordinal))
            _notes.Add("a seccomp profile: write it to a file ('--as json' shows it as SecurityOpt) and name that with SeccompProfile=");
        else if (value.StartsWith(RunFlags.SeccompOption, StringComparison.Ordinal))
            _container.Add("SeccompProfile=" + Escape(value[RunFlags.SeccompOption.Length..]));
        else if (value.StartsWith("systempaths=", StringComparison.Ordinal))
            _container.Add("Unmask=ALL");
        else if (value.StartsWith("writable-cgroups", StringComparison.Ordinal))
            _notes.Add("podman's units have no such setting: --security-opt " + value);
        else
            _container.Add("PodmanArgs=" + Word("--security-opt=" + value));
    }

    private static void Section(StringBuilder text, string name, IEnumerable<string> lines)
    {
        text.Append('[').Append(name).Append("]\n");
        foreach (string line in lines)
            text.Append(line).Append('\n');
        text.Append('\n');
    }

    // Specifiers (systemd.unit(5)), and variables, since podman makes one command line of all keys (systemd.service(5), Command lines); a value goes on to the end of its line.
    private static string Escape(string text) => text.Replace("%", "%%", StringComparison.Ordinal).Replace("$", "$$", StringComparison.Ordinal).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    // One word of several (systemd.syntax(7), Quoting).
    private static string Word(string text)
    {
        string escaped = Escape(text);
        bool plain = text.Length > 0 && !text.AsSpan().ContainsAny(" \t\n\"'\\;");
        return plain ? escaped : $"\"{escaped.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }
}
