using System.Globalization;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Networks;
using Slipway.Runtime.Restarting;

namespace Slipway.Engine.Recording;

/// <summary>The flags of <c>run</c> that ask for what a container was asked for, and no others; by theme as <c>run</c> has them.</summary>
internal sealed partial class RunFlags
{
    private readonly List<RunFlag> _flags = [];
    private readonly List<string> _notes = [];
    private readonly ContainerRequest _request;

    private RunFlags(ContainerRecord record, bool docker)
    {
        _request = record.Request with { Security = CapabilityBase.For(record.Request.Security, docker) };
        // A name that was invented is invented anew.
        Add("--name", _request.Name is null ? null : record.Name);
        AddProcess();
        AddMetadata();
        AddLife();
        AddHealth();
        AddLimits();
        AddDisks();
        AddRights();
        AddAll("--security-opt", SecurityOptions.Written(_request.Security));
        AddNamespaces();
        AddMounts();
        AddNetworks();
        AddPorts();
        AddNames();
    }

    /// <summary>The flags, in an order that doesn't change what they mean.</summary>
    public IReadOnlyList<RunFlag> All => _flags;

    /// <summary>What no flag says, as sentences for people.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>What stands behind the image.</summary>
    public IReadOnlyList<string> Command => [.. _request.Entrypoint?.Skip(1) ?? [], .. _request.Command ?? []];

    /// <summary>Of a container.</summary>
    /// <param name="record">The container.</param>
    /// <param name="docker">For docker's engine; else for slip's, or podman's.</param>
    public static RunFlags Of(ContainerRecord record, bool docker) => new(record, docker);

    private void AddProcess()
    {
        if (_request.Entrypoint is { } entrypoint)
            Add("--entrypoint", entrypoint.Count == 0 ? "" : entrypoint[0]);
        AddAll("--env", _request.Environment);
        foreach (string removed in _request.Environment.Where(v => !v.Contains('=', StringComparison.Ordinal)))
            _notes.Add($"--env {removed} takes the image's variable away, as long as it is not set where the command runs");
        Add("--workdir", _request.WorkingDirectory);
        Add("--user", _request.User);
        AddAll("--group-add", _request.Groups);
        if (_request.Init is { } init)
            _flags.Add(init ? new("--init") : new("--init", "false"));
        AddSet("--interactive", _request.Interactive);
        AddSet("--tty", _request.Terminal);
        AddSet("--detach", _request.Attached is []);
        AddAll("--attach", _request.Attached ?? []);
    }

    private void AddMetadata()
    {
        AddAll("--label", _request.Labels);
        AddAll("--annotation", _request.Annotations);
        Add("--hostname", _request.Hostname);
        Add("--domainname", _request.Domainname);
    }

    private void AddLife()
    {
        AddSet("--rm", _request.AutoRemove);
        Add("--restart", _request.Restart.Kind is RestartKind.No ? null : _request.Restart.ToString());
        Add("--stop-signal", _request.StopSignal);
        Add("--stop-timeout", _request.StopTimeout);
        Add("--log-driver", _request.Log.Driver == Containers.Requests.LogRequest.Default.Driver ? null : _request.Log.Driver);
        AddAll("--log-opt", _request.Log.Options);
    }

    private void AddHealth()
    {
        if (_request.Health is not { } health)
            return;
        switch (health.Test)
        {
            case ["NONE", ..]:
                AddSet("--no-healthcheck", true);
                return;
            case ["CMD-SHELL", var line]:
                Add("--health-cmd", line);
                break;
            case ["CMD", ..]:
                Add("--health-cmd", ShellQuote.Words(health.Test.Skip(1)));
                _notes.Add("the health check was asked for without a shell, and --health-cmd uses the image's");
                break;
        }
        AddTime("--health-interval", health.Interval);
        AddTime("--health-timeout", health.Timeout);
        AddTime("--health-start-period", health.StartPeriod);
        AddTime("--health-start-interval", health.StartInterval);
        Add("--health-retries", health.Retries);
    }

    private void AddNetworks()
    {
        if (_request.Attachments is not { } attachments)
        {
            Add("--network", _request.Network == NetworkManager.DefaultName ? null : _request.Network);
            return;
        }
        if (attachments.Count == 0)
            _notes.Add("it was disconnected from all its networks: run connects it to one");
        foreach (NetworkAttachment attachment in attachments)
            Add("--network", NetworkText(attachment));
        AddAll("--link", attachments.Count > 0 ? attachments[0].Links : []);
        foreach (NetworkAttachment other in attachments.Skip(1).Where(a => a.Links.Count > 0))
            _notes.Add($"links in network {other.Network}: {string.Join(", ", other.Links)}");
    }

    // The long form can't have commas in its values, and none of them may hold one.
    private static string NetworkText(NetworkAttachment a)
    {
        List<string> fields = [$"name={a.Network}"];
        fields.AddRange(a.Aliases.Select(alias => "alias=" + alias));
        if (a.Ipv4Address is { } ip)
            fields.Add("ip=" + ip);
        if (a.Ipv6Address is { } ip6)
            fields.Add("ip6=" + ip6);
        if (a.MacAddress is { } mac)
            fields.Add("mac-address=" + mac);
        fields.AddRange(a.LinkLocalAddresses.Select(l => "link-local-ip=" + l));
        fields.AddRange(a.DriverOptions.Select(o => $"driver-opt={o.Key}={o.Value}"));
        if (a.GatewayPriority != 0)
            fields.Add(string.Create(CultureInfo.InvariantCulture, $"gw-priority={a.GatewayPriority}"));
        return string.Join(',', fields);
    }

    private void AddPorts()
    {
        AddAll("--publish", _request.Ports.Select(PortText));
        AddSet("--publish-all", _request.PublishAll);
        AddAll("--expose", _request.ExposedPorts);
    }

    /// <summary>A published port as it is typed: <c>[ip:][hostPort[-range]:]containerPort[/proto]</c>.</summary>
    public static string PortText(PortRequest port)
    {
        string host = port.FirstHostPort == 0 ? "" : port.FirstHostPort == port.LastHostPort ? $"{port.FirstHostPort}" : $"{port.FirstHostPort}-{port.LastHostPort}";
        string address = port.HostAddress is not { } ip ? "" : ip.Contains(':', StringComparison.Ordinal) ? $"[{ip}]:" : ip + ":";
        string inside = port.Protocol == "tcp" ? $"{port.ContainerPort}" : port.Key;
        return address.Length + host.Length == 0 ? inside : $"{address}{host}:{inside}";
    }

    private void AddNames()
    {
        AddAll("--dns", _request.DnsServers);
        AddAll("--dns-option", _request.DnsOptions);
        AddAll("--dns-search", _request.DnsSearch);
        AddAll("--add-host", _request.ExtraHosts);
    }

    private void Add(string name, string? value)
    {
        if (value is not null)
            _flags.Add(new(name, value));
    }

    private void Add(string name, long? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    private void AddSet(string name, bool set)
    {
        if (set)
            _flags.Add(new(name));
    }

    private void AddAll(string name, IEnumerable<string> values) => _flags.AddRange(values.Select(v => new RunFlag(name, v)));

    private void AddAll(string name, IReadOnlyDictionary<string, string> values) => AddAll(name, values.Select(v => $"{v.Key}={v.Value}"));

    private void AddTime(string name, long? nanoseconds)
    {
        if (nanoseconds is { } time)
            Add(name, RecordText.Time(time));
    }
}
