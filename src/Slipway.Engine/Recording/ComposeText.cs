using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Inspecting;
using Slipway.Engine.Networks;
using Slipway.Runtime.Restarting;

namespace Slipway.Engine.Recording;

/// <summary>A container's creation as a service of a compose file (the Compose Specification, 05-services.md). What that has no word for stands above it as a comment.</summary>
internal sealed partial class ComposeText
{
    private readonly ContainerRequest _request;
    private readonly ContainerRecord _record;
    private readonly bool _secrets;
    private readonly JsonObject _service = [];
    private readonly JsonObject _volumes = [], _networks = [];
    private readonly List<string> _notes = [];

    private ComposeText(ContainerRecord record, bool secrets)
    {
        _record = record;
        _secrets = secrets;
        _request = secrets ? record.Request : CreateBodyText.Masked(record.Request);
    }

    public static string Of(ContainerRecord record, bool secrets) => new ComposeText(record, secrets).Write();

    private string Write()
    {
        AddProcess();
        AddLife();
        AddHealth();
        AddLimits();
        AddRights();
        AddMounts();
        AddNetworks();
        AddNotes();
        JsonObject root = new() { ["services"] = new JsonObject { [_record.Name.ToLowerInvariant()] = _service } };
        if (_volumes.Count > 0)
            root["volumes"] = _volumes;
        if (_networks.Count > 0)
            root["networks"] = _networks;
        var text = new StringBuilder();
        foreach (string note in _notes)
            text.Append("# ").Append(note.ReplaceLineEndings(" ")).Append('\n');
        return text.Append(YamlText.Write(root)).ToString();
    }

    private void AddProcess()
    {
        Add("image", _request.Image);
        Add("container_name", _request.Name is null ? null : _record.Name);
        if (_request.Entrypoint is { } entrypoint)
            _service["entrypoint"] = Texts(entrypoint);
        if (_request.Command is { } command)
            _service["command"] = Texts(command);
        Add("environment", [.. _record.Request.Environment.Select(Variable)]);
        Add("working_dir", _request.WorkingDirectory);
        Add("user", _request.User);
        Add("group_add", _request.Groups);
        if (_request.Init is { } init)
            _service["init"] = init;
        AddSet("stdin_open", _request.Interactive);
        AddSet("tty", _request.Terminal);
        Add("labels", _request.Labels);
        Add("annotations", _request.Annotations);
        Add("hostname", _request.Hostname);
        Add("domainname", _request.Domainname);
    }

    // A hidden value is compose's to ask for: it says which variable is missing.
    private string Variable(string variable)
    {
        string shown = SecretMask.Pair(variable);
        int equals = variable.IndexOf('=', StringComparison.Ordinal);
        if (_secrets || shown == variable)
            return Dollars(variable);
        return shown == variable[..(equals + 1)] + SecretMask.Hidden ? $"{variable[..equals]}=${{{variable[..equals]}:?}}" : Dollars(shown);
    }

    private void AddLife()
    {
        Add("restart", _request.Restart.Kind is RestartKind.No or RestartKind.OnUnhealthy ? null : _request.Restart.ToString());
        Add("stop_signal", _request.StopSignal);
        Add("stop_grace_period", _request.StopTimeout is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"{seconds}s") : null);
        if (_request.Log.Driver != LogRequest.Default.Driver || _request.Log.Options.Count > 0)
        {
            JsonObject logging = new() { ["driver"] = _request.Log.Driver };
            if (_request.Log.Options.Count > 0)
                logging["options"] = Map(_request.Log.Options);
            _service["logging"] = logging;
        }
    }

    private void AddHealth()
    {
        if (_request.Health is not { } health)
            return;
        JsonObject check = [];
        if (health.Test is ["NONE", ..])
            check["disable"] = true;
        else if (health.Test.Count > 0)
            check["test"] = Texts(health.Test);
        void AddTime(string name, long? time)
        {
            if (time is { } nanoseconds)
                check[name] = RecordText.Time(nanoseconds);
        }
        AddTime("interval", health.Interval);
        AddTime("timeout", health.Timeout);
        AddTime("start_period", health.StartPeriod);
        AddTime("start_interval", health.StartInterval);
        if (health.Retries is { } retries)
            check["retries"] = retries;
        _service["healthcheck"] = check;
    }

    private void AddNetworks()
    {
        bool plain = _request.Network is "none" or "host" or NetworkManager.DefaultName || SharedMode.ContainerOf(_request.Network) is not null;
        // The default bridge is a mode in compose: as a network it would be another one.
        if (_request.Attachments is null or [] || plain)
            AddPlainNetwork(plain);
        else
            _service["networks"] = new JsonObject(_request.Attachments.Select(a => KeyValuePair.Create(a.Network, (JsonNode?)Attachment(a))));
        Add("ports", [.. _request.Ports.Select(RunFlags.PortText)]);
        Add("expose", _request.ExposedPorts);
        Add("dns", _request.DnsServers);
        Add("dns_opt", _request.DnsOptions);
        Add("dns_search", _request.DnsSearch);
        Add("extra_hosts", _request.ExtraHosts);
        Add("external_links", [.. (_request.Attachments ?? []).SelectMany(a => a.Links)]);
    }

    private void AddPlainNetwork(bool plain)
    {
        if (plain)
        {
            Add("network_mode", _request.Network);
            foreach (RunFlag flag in RunFlags.Of(_record, docker: true).All.Where(f => f.Name == "--network" && f.Value!.StartsWith("name=", StringComparison.Ordinal)))
                _notes.Add($"compose can't say this beside a network_mode: --network {flag.Value}");
            return;
        }
        UseNetwork(_request.Network);
        _service["networks"] = new JsonObject { [_request.Network] = new JsonObject() };
    }

    private void UseNetwork(string name) => _networks[name] = new JsonObject { ["external"] = true };

    private JsonObject Attachment(NetworkAttachment a)
    {
        UseNetwork(a.Network);
        JsonObject network = [];
        if (a.Aliases.Count > 0)
            network["aliases"] = Texts(a.Aliases);
        if (a.Ipv4Address is not null)
            network["ipv4_address"] = a.Ipv4Address;
        if (a.Ipv6Address is not null)
            network["ipv6_address"] = a.Ipv6Address;
        if (a.LinkLocalAddresses.Count > 0)
            network["link_local_ips"] = Texts(a.LinkLocalAddresses);
        if (a.MacAddress is not null)
            network["mac_address"] = a.MacAddress;
        if (a.DriverOptions.Count > 0)
            network["driver_opts"] = Map(a.DriverOptions);
        if (a.GatewayPriority != 0)
            network["gw_priority"] = a.GatewayPriority;
        return network;
    }

    private void AddNotes()
    {
        void Unsaid(bool there, string flag)
        {
            if (there)
                _notes.Add($"compose has no word for {flag}");
        }
        Unsaid(_request.AutoRemove, "--rm");
        Unsaid(_request.Attached is { Count: > 0 }, $"--attach {string.Join(' ', _request.Attached ?? [])}");
        foreach (string map in _request.Security.UidMaps)
            Unsaid(true, $"--uidmap {map}");
        foreach (string map in _request.Security.GidMaps)
            Unsaid(true, $"--gidmap {map}");
        Unsaid(_request.PublishAll, "--publish-all");
        Unsaid(_request.Resources.CpusetMems is not null, $"--cpuset-mems {_request.Resources.CpusetMems}");
        Unsaid(_request.Restart.Kind is RestartKind.OnUnhealthy, $"--restart {_request.Restart}");
        if (_request.Attachments is [])
            _notes.Add("it was disconnected from all its networks");
        if (!_secrets && !RunFlags.Of(_record, docker: true).All.SequenceEqual(RunFlags.Of(_record with { Request = _request }, docker: true).All))
            _notes.Add("secrets are hidden, or ${NAME:?} asks for them: --secrets shows them");
    }

    private void Add(string name, string? value)
    {
        if (value is not null)
            _service[name] = Dollars(value);
    }

    private void Add(string name, long? value)
    {
        if (value is { } number)
            _service[name] = number;
    }

    private void AddSet(string name, bool set)
    {
        if (set)
            _service[name] = true;
    }

    private void Add(string name, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
            _service[name] = name == "environment" ? InspectJson.List(values) : Texts(values);
    }

    private void Add(string name, IReadOnlyDictionary<string, string> values)
    {
        if (values.Count > 0)
            _service[name] = Map(values);
    }

    private static JsonArray Texts(IEnumerable<string> values) => InspectJson.List(values.Select(Dollars));

    private static JsonObject Map(IReadOnlyDictionary<string, string> values) => InspectJson.Map(values.Select(v => KeyValuePair.Create(v.Key, Dollars(v.Value))));

    // A dollar is compose's own (the Compose Specification, 12-interpolation.md).
    private static string Dollars(string text) => text.Replace("$", "$$", StringComparison.Ordinal);
}
