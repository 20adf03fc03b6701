using System.Text.Json.Nodes;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Devices;

namespace Slipway.Engine.Recording;

internal sealed partial class ComposeText
{
    private void AddLimits()
    {
        ResourceRequest limits = _request.Resources;
        AddSize("mem_limit", limits.MemoryBytes);
        AddSize("mem_reservation", limits.MemoryReservation);
        AddSize("memswap_limit", limits.MemorySwap);
        Add("mem_swappiness", limits.MemorySwappiness);
        AddSet("oom_kill_disable", limits.OomKillDisable);
        Add("oom_score_adj", limits.OomScoreAdj);
        Add("cpus", limits.NanoCpus is { } cpus ? RecordText.Cpus(cpus) : null);
        Add("cpu_shares", limits.CpuShares);
        Add("cpu_period", limits.CpuPeriod);
        Add("cpu_quota", limits.CpuQuota);
        Add("cpu_rt_period", limits.CpuRealtimePeriod);
        Add("cpu_rt_runtime", limits.CpuRealtimeRuntime);
        Add("cpuset", limits.CpusetCpus);
        Add("pids_limit", limits.PidsLimit);
        AddSize("shm_size", limits.ShmBytes);
        Add("cgroup_parent", limits.CgroupParent);
        if (limits.Ulimits.Count > 0)
            _service["ulimits"] = new JsonObject(limits.Ulimits.Select(l => KeyValuePair.Create(l.Name, (JsonNode?)new JsonObject { ["soft"] = l.Soft, ["hard"] = l.Hard })));
        AddDisks(limits);
    }

    private void AddDisks(ResourceRequest limits)
    {
        JsonObject disks = [];
        if (limits.BlkioWeight is { } weight)
            disks["weight"] = weight;
        AddRates(disks, "weight_device", "weight", limits.BlkioWeightDevices);
        AddRates(disks, "device_read_bps", "rate", limits.DeviceReadBps);
        AddRates(disks, "device_write_bps", "rate", limits.DeviceWriteBps);
        AddRates(disks, "device_read_iops", "rate", limits.DeviceReadIops);
        AddRates(disks, "device_write_iops", "rate", limits.DeviceWriteIops);
        if (disks.Count > 0)
            _service["blkio_config"] = disks;
    }

    private static void AddRates(JsonObject disks, string name, string what, IReadOnlyList<DeviceRate> rates)
    {
        if (rates.Count > 0)
            disks[name] = new JsonArray([.. rates.Select(r => (JsonNode)new JsonObject { ["path"] = r.Path, [what] = r.Rate })]);
    }

    private static JsonNode ReservationOf(DriverRequest request)
    {
        JsonObject reservation = new() { ["capabilities"] = new JsonArray([.. request.Capabilities.SelectMany(c => c.Split(',')).Distinct().Select(c => (JsonNode)c)]) };
        if (request.Driver.Length > 0)
            reservation["driver"] = request.Driver;
        if (request.Ids.Count > 0)
            reservation["device_ids"] = new JsonArray([.. request.Ids.Select(id => (JsonNode)id)]);
        else
            reservation["count"] = request.Count < 0 ? "all" : request.Count;
        if (request.Options.Count > 0)
            reservation["options"] = new JsonObject(request.Options.Select(o => KeyValuePair.Create(o.Key, (JsonNode?)o.Value)));
        return reservation;
    }

    private void AddRights()
    {
        SecurityRequest security = CapabilityBase.For(_request.Security, docker: true);
        AddSet("privileged", security.Privileged);
        AddSet("read_only", security.ReadOnly);
        Add("cap_add", security.CapAdd);
        Add("cap_drop", security.CapDrop);
        ILookup<bool, DriverRequest> asked = security.DriverRequests.ToLookup(r => r.Driver == DriverRequest.CdiDriver);
        Add("devices", [.. security.Devices.Select(d => $"{d.HostPath}:{d.ContainerPath}:{d.Access}"), .. asked[true].SelectMany(r => r.Ids)]);
        if (asked.Contains(false))
            _service["deploy"] = new JsonObject { ["resources"] = new JsonObject { ["reservations"] = new JsonObject { ["devices"] = new JsonArray([.. asked[false].Select(ReservationOf)]) } } };
        Add("device_cgroup_rules", security.DeviceRules);
        Add("sysctls", security.Sysctls);
        Add("pid", security.PidMode);
        Add("ipc", security.IpcMode);
        Add("uts", security.UtsMode);
        Add("userns_mode", security.UsernsMode);
        Add("cgroup", security.CgroupnsMode);
        List<string> options = [];
        foreach (string option in SecurityOptions.Canonical(security))
        {
            // The file is compose's to read, and what was kept is what was in it.
            if (option.StartsWith(RunFlags.SeccompOption, StringComparison.Ordinal) && option.Contains('{', StringComparison.Ordinal))
                _notes.Add("a seccomp profile: write it to a file ('--as json' shows it as SecurityOpt), and name that with security_opt: [seccomp:FILE]");
            else
                options.Add(option == "no-new-privileges" ? "no-new-privileges:true" : option);
        }
        Add("security_opt", options);
    }

    private void AddMounts()
    {
        Add("tmpfs", [.. _request.Mounts.Where(m => m is { Kind: MountKind.Tmpfs, IsDetailed: false }).Select(m => m.Target + (m.Options is { Length: > 0 } o ? ":" + o : ""))]);
        Add("volumes_from", [.. _request.VolumesFrom.Select(v => "container:" + v)]);
        JsonArray mounts = [];
        foreach (MountRequest mount in _request.Mounts.Where(m => !m.IsInherited && (m.IsDetailed || m.Kind is not MountKind.Tmpfs)))
        {
            if (mount is { Kind: MountKind.Volume, Anonymous: false })
                _volumes[mount.Source] = VolumeOf(mount);
            mounts.Add(mount.IsDetailed ? Detailed(mount) : Dollars(RunFlags.VolumeText(mount)));
        }
        if (mounts.Count > 0)
            _service["volumes"] = mounts;
    }

    // By its own name, so that it is the same volume whatever the project is called.
    private static JsonObject VolumeOf(MountRequest mount)
    {
        JsonObject volume = new() { ["name"] = mount.Source };
        if (mount.VolumeLabels.Count > 0)
            volume["labels"] = Map(mount.VolumeLabels);
        if (mount.VolumeOptions.Count > 0)
            volume["driver_opts"] = Map(mount.VolumeOptions);
        return volume;
    }

    private JsonObject Detailed(MountRequest mount)
    {
        string type = mount.Kind switch { MountKind.Bind => "bind", MountKind.Volume => "volume", MountKind.Tmpfs => "tmpfs", _ => "image" };
        JsonObject json = new() { ["type"] = type };
        if (mount is { Anonymous: false, Source.Length: > 0 })
            json["source"] = Dollars(mount.Source);
        json["target"] = Dollars(mount.Target);
        if (mount.ReadOnly && mount.Kind is not MountKind.Image)
            json["read_only"] = true;
        JsonObject options = [];
        if (mount.Propagation is not null)
            options["propagation"] = mount.Propagation;
        if (mount is { CreateSource: true, Kind: MountKind.Bind })
            options["create_host_path"] = true;
        if (mount.NonRecursive)
            options["recursive"] = "disabled";
        if (mount.WritableBelow)
            options["recursive"] = "writable";
        if (mount.NoCopy)
            options["nocopy"] = true;
        if (mount.Subpath is not null)
            options["subpath"] = Dollars(mount.Subpath);
        foreach (string option in (mount.Kind is MountKind.Tmpfs ? mount.Options ?? "" : "").Split(',', StringSplitOptions.RemoveEmptyEntries))
            options[option.Split('=')[0]] = option.StartsWith("mode=", StringComparison.Ordinal) ? Convert.ToInt64(option[5..], 8) : long.Parse(option.Split('=')[1], System.Globalization.CultureInfo.InvariantCulture);
        if (mount is { Anonymous: true, VolumeLabels.Count: > 0 } or { Anonymous: true, VolumeOptions.Count: > 0 })
            _notes.Add($"compose has no word for labels and options of the volume without a name at {mount.Target}");
        if (options.Count > 0)
            json[type] = options;
        return json;
    }

    private void AddSize(string name, long? bytes)
    {
        if (bytes is { } size)
            Add(name, size < 0 ? null : RecordText.Size(size));
        if (bytes is < 0)
            Add(name, bytes);
    }
}
