using System.Text;
using System.Text.Json.Nodes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Specs;
using Xunit;

namespace Slipway.Runtime.Tests.Specs;

public class SpecValidatorTests
{
    private const string Name = "'config.json'";

    // Accepted as it stands; each case puts one member into it.
    private const string Base = """
        {"ociVersion":"1.2.1","process":{"cwd":"/","args":["sh"],"env":["A=b","C="],"user":{"uid":0,"gid":0,"umask":18}},"root":{"path":"rootfs"},"hostname":"h",
        "linux":{"namespaces":[{"type":"pid"},{"type":"network"},{"type":"mount"},{"type":"ipc"},{"type":"uts"},{"type":"cgroup"}]}}
        """;

    private const string UserNamespace = """[{"type":"user"},{"type":"uts"}]""";

    [Theory]
    [InlineData("ociVersion", "\"1\"", "'1' is not a version")]
    [InlineData("ociVersion", "\"1.0.x\"", "'1.0.x' is not a version")]
    [InlineData("ociVersion", "\"2.0.0\"", "'2.0.0' is not supported, 1.x.y is")]
    [InlineData("process", "null", "it is missing")]
    [InlineData("root", "null", "it is missing", "root.path")]
    [InlineData("root.path", "\"\"", "it is missing")]
    [InlineData("process.args", "[]", "it is empty: there is nothing to execute")]
    [InlineData("process.args", "[\"\"]", "it is empty", "process.args[0]")]
    [InlineData("process.cwd", "\"work\"", "'work' is not absolute")]
    [InlineData("process.cwd", "\"\"", "'' is not absolute")]
    [InlineData("process.env", "[\"A=b\",\"C\"]", "'C' is not NAME=value", "process.env[1]")]
    [InlineData("process.env", "[\"=b\"]", "'=b' is not NAME=value", "process.env[0]")]
    [InlineData("process.user.uid", "4294967295", "4294967295 is nobody's number")]
    [InlineData("process.user.additionalGids", "[1,4294967295]", "4294967295 is no group's number", "process.user.additionalGids[1]")]
    [InlineData("process.user.umask", "512", "512 is more than 511 (0777)")]
    [InlineData("process.rlimits", """[{"type":"RLIMIT_X","soft":1,"hard":1}]""", "'RLIMIT_X' is unknown", "process.rlimits[0].type")]
    [InlineData("process.rlimits", """[{"type":"RLIMIT_CORE","soft":2,"hard":1}]""", "2 is above the hard limit 1", "process.rlimits[0].soft")]
    [InlineData("process.rlimits", """[{"type":"RLIMIT_CORE","soft":1,"hard":1},{"type":"RLIMIT_CORE","soft":1,"hard":1}]""", "RLIMIT_CORE is there twice", "process.rlimits[1].type")]
    [InlineData("process.oomScoreAdj", "1001", "1001 is not from -1000 to 1000")]
    [InlineData("process.scheduler", """{"policy":"SCHED_X"}""", "'SCHED_X' is none of SCHED_OTHER, SCHED_FIFO, SCHED_RR, SCHED_BATCH, SCHED_ISO, SCHED_IDLE, SCHED_DEADLINE", "process.scheduler.policy")]
    [InlineData("process.scheduler", """{"policy":"SCHED_OTHER","nice":20}""", "20 is not from -20 to 19", "process.scheduler.nice")]
    [InlineData("process.scheduler", """{"policy":"SCHED_OTHER","priority":1}""", "SCHED_OTHER has none, SCHED_FIFO and SCHED_RR have", "process.scheduler.priority")]
    [InlineData("process.scheduler", """{"policy":"SCHED_RR","priority":100}""", "SCHED_RR needs one from 1 to 99", "process.scheduler.priority")]
    [InlineData("process.scheduler", """{"policy":"SCHED_RR","priority":1,"runtime":5}""", "runtime, deadline and period are for SCHED_DEADLINE, not for SCHED_RR")]
    [InlineData("process.ioPriority", """{"class":"IOPRIO_CLASS_X"}""", "'IOPRIO_CLASS_X' is none of IOPRIO_CLASS_RT, IOPRIO_CLASS_BE, IOPRIO_CLASS_IDLE", "process.ioPriority.class")]
    [InlineData("process.ioPriority", """{"class":"IOPRIO_CLASS_BE","priority":8}""", "8 is not from 0 to 7", "process.ioPriority.priority")]
    [InlineData("process.execCPUAffinity", """{"initial":"3-1"}""", "'3-1' is not a list like 0-3,7", "process.execCPUAffinity.initial")]
    [InlineData("hostname", "\"hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh\"", "it is longer than 64 bytes")]
    [InlineData("annotations", """{"":"x"}""", "a key is empty")]
    [InlineData("hooks.poststart", """[{"path":"hook"}]""", "'hook' is not absolute", "hooks.poststart[0].path")]
    [InlineData("hooks.prestart", """[{"path":"/h","timeout":0}]""", "0 seconds are not more than 0", "hooks.prestart[0].timeout")]
    [InlineData("linux.namespaces", """[{"type":"pid"},{"type":"nothing"}]""", "'nothing' is none of pid, network, mount, ipc, uts, user, cgroup, time", "linux.namespaces[1].type")]
    [InlineData("linux.namespaces", """[{"type":"pid"},{"type":"pid"}]""", "'pid' is there twice", "linux.namespaces[1].type")]
    [InlineData("linux.namespaces", """[{"type":"pid","path":"self"}]""", "'self' is not absolute", "linux.namespaces[0].path")]
    [InlineData("linux.namespaces", """[{"type":"mount"}]""", "it needs a uts namespace of the container's own", "hostname")]
    [InlineData("linux.namespaces", """[{"type":"uts","path":"/proc/self/ns/uts"}]""", "it needs a uts namespace of the container's own", "hostname")]
    [InlineData("linux.uidMappings", """[{"containerID":0,"hostID":1,"size":1}]""", "they need a user namespace")]
    [InlineData("linux.timeOffsets", """{"monotonic":{"secs":1}}""", "they need a new time namespace")]
    [InlineData("linux.sysctl", """{"kernel.core_pattern":"x"}""", "it is not one of a container's own", "linux.sysctl['kernel.core_pattern']")]
    [InlineData("linux.sysctl", """{"net/../kernel/core_pattern":"x"}""", "it is not one of a container's own", "linux.sysctl['net/../kernel/core_pattern']")]
    [InlineData("linux.sysctl", """{"net..core":"x"}""", "it is not one of a container's own", "linux.sysctl['net..core']")]
    [InlineData("linux.sysctl", """{"net.core.somaxconn":"1+kernel.core_pattern=x"}""", "'1+kernel.core_pattern=x' is not a plain value", "linux.sysctl['net.core.somaxconn']")]
    [InlineData("linux.rootfsPropagation", "\"both\"", "'both' is none of private, rprivate, shared, rshared, slave, rslave, unbindable, runbindable")]
    [InlineData("linux.maskedPaths", "[\"/a\",\"b\"]", "'b' is not absolute", "linux.maskedPaths[1]")]
    [InlineData("linux.readonlyPaths", "[\"b\"]", "'b' is not absolute", "linux.readonlyPaths[0]")]
    [InlineData("linux.personality", """{"domain":"BSD"}""", "'BSD' is none of LINUX, LINUX32", "linux.personality.domain")]
    [InlineData("linux.personality", """{"domain":"LINUX","flags":["X"]}""", "the specification has none yet", "linux.personality.flags")]
    [InlineData("linux.memoryPolicy", """{"mode":"MPOL_BIND"}""", "MPOL_BIND needs some", "linux.memoryPolicy.nodes")]
    [InlineData("linux.memoryPolicy", """{"mode":"MPOL_LOCAL","nodes":"0"}""", "MPOL_LOCAL takes none", "linux.memoryPolicy.nodes")]
    [InlineData("linux.memoryPolicy", """{"mode":"MPOL_BIND","nodes":"0","flags":["X"]}""", "'X' is none of MPOL_F_NUMA_BALANCING, MPOL_F_RELATIVE_NODES, MPOL_F_STATIC_NODES", "linux.memoryPolicy.flags[0]")]
    [InlineData("mounts", """[{"destination":""}]""", "it is empty", "mounts[0].destination")]
    [InlineData("mounts", """[{"destination":"/a","type":"proc","options":["tmpcopyup"]}]""", "tmpcopyup is for a tmpfs", "mounts[0].options")]
    [InlineData("mounts", """[{"destination":"/a","type":"bind","uidMappings":[{"containerID":0,"hostID":1,"size":1}]}]""", "it is missing: both are needed or neither", "mounts[0].gidMappings")]
    [InlineData("mounts", """[{"destination":"/a","type":"tmpfs","uidMappings":[{"containerID":0,"hostID":1,"size":1}],"gidMappings":[{"containerID":0,"hostID":1,"size":1}]}]""", "only a bind mount has mapped ids", "mounts[0].uidMappings")]
    [InlineData("linux.devices", """[{"path":"dev","type":"c","major":1,"minor":1}]""", "'dev' is not absolute", "linux.devices[0].path")]
    [InlineData("linux.devices", """[{"path":"/dev/x","type":"x"}]""", "'x' is none of c, b, u, p", "linux.devices[0].type")]
    [InlineData("linux.devices", """[{"path":"/dev/x","type":"b","major":1}]""", "it is missing", "linux.devices[0].minor")]
    [InlineData("linux.devices", """[{"path":"/dev/x","type":"b","major":4096,"minor":1}]""", "4096 is not from 0 to 4095", "linux.devices[0].major")]
    [InlineData("linux.resources", """{"devices":[{"allow":true,"type":"x"}]}""", "'x' is none of a, b, c", "linux.resources.devices[0].type")]
    [InlineData("linux.resources", """{"devices":[{"allow":true,"access":"rx"}]}""", "'rx' is not of r, w and m", "linux.resources.devices[0].access")]
    [InlineData("linux.resources", """{"memory":{"swappiness":101}}""", "101 is more than 100", "linux.resources.memory.swappiness")]
    [InlineData("linux.resources", """{"cpu":{"idle":2}}""", "2 is neither 0 nor 1", "linux.resources.cpu.idle")]
    [InlineData("linux.resources", """{"blockIO":{"weight":9}}""", "9 is not from 10 to 1000", "linux.resources.blockIO.weight")]
    [InlineData("linux.resources", """{"hugepageLimits":[{"pageSize":"2M","limit":1}]}""", "'2M' is not a size like 2MB or 1GB", "linux.resources.hugepageLimits[0].pageSize")]
    [InlineData("linux.resources", """{"unified":{"../memory.high":"1"}}""", "'../memory.high' is not a file like memory.high", "linux.resources.unified")]
    [InlineData("linux.seccomp", """{"defaultAction":"SCMP_ACT_X"}""", null, "linux.seccomp.defaultAction")]
    [InlineData("linux.seccomp", """{"defaultAction":"SCMP_ACT_NOTIFY"}""", "SCMP_ACT_NOTIFY can't be the default", "linux.seccomp.defaultAction")]
    [InlineData("linux.seccomp", """{"defaultAction":"SCMP_ACT_ALLOW","defaultErrnoRet":1}""", "SCMP_ACT_ALLOW has no error number", "linux.seccomp.defaultErrnoRet")]
    [InlineData("linux.seccomp", """{"defaultAction":"SCMP_ACT_ALLOW","flags":["X"]}""", null, "linux.seccomp.flags[0]")]
    [InlineData("linux.seccomp", """{"defaultAction":"SCMP_ACT_ALLOW","listenerMetadata":"m"}""", "there is no listenerPath that it could go to", "linux.seccomp.listenerMetadata")]
    [InlineData("linux.seccomp", """{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":[],"action":"SCMP_ACT_KILL"}]}""", "it is empty", "linux.seccomp.syscalls[0].names")]
    [InlineData("linux.seccomp", """{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["x"],"action":"SCMP_ACT_KILL","errnoRet":5}]}""", "SCMP_ACT_KILL has no error number", "linux.seccomp.syscalls[0].errnoRet")]
    [InlineData("linux.seccomp", """{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["x"],"action":"SCMP_ACT_NOTIFY"}]}""", "it is missing, and SCMP_ACT_NOTIFY needs it", "linux.seccomp.listenerPath")]
    [InlineData("linux.seccomp", """{"defaultAction":"SCMP_ACT_ALLOW","listenerPath":"/l","syscalls":[{"names":["write"],"action":"SCMP_ACT_NOTIFY"}]}""", "SCMP_ACT_NOTIFY cannot be used for the write syscall", "linux.seccomp.syscalls[0].action")]
    [InlineData("linux.seccomp", """{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["x"],"action":"SCMP_ACT_KILL","args":[{"index":6,"value":0,"op":"SCMP_CMP_EQ"}]}]}""", "6 is not from 0 to 5", "linux.seccomp.syscalls[0].args[0].index")]
    public void Accept_WhatMakesNoSense_IsRefusedByItsPath(string member, string value, string? why, string? at = null)
    {
        SlipwayException error = Assert.Throws<SlipwayException>(() => Accept((member, value)));
        Assert.StartsWith($"check {Name}: {at ?? member}: {why}", error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
    }

    [Theory]
    [InlineData("linux.intelRdt", """{"closID":"x"}""")]
    [InlineData("linux.netDevices", """{"eth0":{}}""")]
    public void Accept_WhatIsNotThere_SaysSo(string member, string value)
    {
        SlipwayException error = Assert.Throws<SlipwayException>(() => Accept((member, value)));
        Assert.Equal(ErrorKind.NotSupported, error.Kind);
        Assert.StartsWith($"check {Name}: {member}: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ociVersion", "\"1.0.2-dev\"")]
    [InlineData("ociVersion", "\"1.9.0-rc.1+build.5\"")]
    [InlineData("process.user.umask", "511")]
    [InlineData("process.scheduler", """{"policy":"SCHED_FIFO","priority":99,"flags":["SCHED_FLAG_RESET_ON_FORK"]}""")]
    [InlineData("process.scheduler", """{"policy":"SCHED_DEADLINE","runtime":1,"deadline":2,"period":3}""")]
    [InlineData("process.ioPriority", """{"class":"IOPRIO_CLASS_IDLE"}""")]
    [InlineData("process.execCPUAffinity", """{"initial":"0","final":"0-3, 7"}""")]
    [InlineData("hostname", "null")]
    [InlineData("linux.namespaces", """[{"type":"uts","path":"/proc/1234567/ns/uts"}]""")]
    [InlineData("linux.sysctl", """{"net.core.somaxconn":"1024","net/ipv4/conf/eth0.1/forwarding":"1","kernel.shmmax":"1","fs.mqueue.msg_max":"5","kernel.domainname":"d"}""")]
    [InlineData("linux.rootfsPropagation", "\"\"")]
    [InlineData("linux.personality", """{"domain":"LINUX32","flags":[]}""")]
    [InlineData("linux.memoryPolicy", """{"mode":"MPOL_PREFERRED"}""")]
    [InlineData("linux.netDevices", "{}")]
    [InlineData("linux.devices", """[{"path":"/dev/x","type":"p","fileMode":8630}]""")]
    [InlineData("linux.resources", """{"devices":[{"allow":true,"type":"","major":-1,"access":""}],"blockIO":{"weight":0},"hugepageLimits":[{"pageSize":"16GB","limit":0}],"unified":{"memory.high":"1"}}""")]
    [InlineData("linux.seccomp", """{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":38,"listenerPath":"/l","syscalls":[{"names":["x"],"action":"SCMP_ACT_NOTIFY"}]}""")]
    public void Accept_WhatMakesSense_IsKept(string member, string value)
    {
        RuntimeSpec spec = Read((member, value));
        Assert.Equal(Encoding.UTF8.GetString(RuntimeSpecJson.Write(spec)), Encoding.UTF8.GetString(RuntimeSpecJson.Write(SpecValidator.Accept(spec, Name, Fail))));
    }

    [Theory]
    [InlineData("linux.uidMappings", "[]", "linux.uidMappings: a new user namespace needs one")]
    [InlineData("linux.gidMappings", """[{"containerID":0,"hostID":1,"size":0}]""", "linux.gidMappings[0].size: it is 0")]
    [InlineData("linux.gidMappings", """[{"containerID":5,"hostID":1,"size":1}]""", "process.user.gid: 0 is not in linux.gidMappings")]
    [InlineData("linux.uidMappings", """[{"containerID":0,"hostID":4294967290,"size":10}]""", "linux.uidMappings[0].size: 10 ids from there on go beyond the last one")]
    [InlineData("linux.uidMappings", """[{"containerID":0,"hostID":0,"size":10},{"containerID":9,"hostID":100,"size":10}]""", "linux.uidMappings[1]: it overlaps [0]")]
    [InlineData("linux.uidMappings", """[{"containerID":0,"hostID":100,"size":10},{"containerID":10,"hostID":91,"size":10}]""", "linux.uidMappings[1]: it overlaps [0]")]
    public void Accept_MapsOfANewUserNamespace_AreChecked(string member, string value, string message)
    {
        const string Map = """[{"containerID":0,"hostID":1000,"size":65536}]""";
        Accept(("linux.namespaces", UserNamespace), ("linux.uidMappings", Map), ("linux.gidMappings", Map));
        SlipwayException error = Assert.Throws<SlipwayException>(() =>
            Accept(("linux.namespaces", UserNamespace), ("linux.uidMappings", Map), ("linux.gidMappings", Map), (member, value)));
        Assert.Equal($"check {Name}: {message}", error.Message);
    }

    [Theory]
    [InlineData("""{"realtime":{"secs":1}}""", "linux.timeOffsets: clock 'realtime' is neither monotonic nor boottime")]
    [InlineData("""{"boottime":{"nanosecs":1000000000}}""", "linux.timeOffsets.boottime.nanosecs: 1000000000 is a second or more")]
    public void Accept_OffsetsOfATimeNamespace_AreChecked(string offsets, string message)
    {
        const string Namespaces = """[{"type":"time"},{"type":"uts"}]""";
        Accept(("linux.namespaces", Namespaces), ("linux.timeOffsets", """{"monotonic":{"secs":-5,"nanosecs":999999999}}"""));
        SlipwayException error = Assert.Throws<SlipwayException>(() => Accept(("linux.namespaces", Namespaces), ("linux.timeOffsets", offsets)));
        Assert.Equal($"check {Name}: {message}", error.Message);
    }

    [Theory]
    [InlineData("net.core.somaxconn", "network")]
    [InlineData("kernel.sem", "ipc")]
    [InlineData("fs.mqueue.msg_max", "ipc")]
    [InlineData("kernel.domainname", "uts")]
    public void Accept_SysctlOfTheHostsNamespace_IsRefused(string name, string kind)
    {
        foreach (string namespaces in (string[])["[]", $$"""[{"type":"{{kind}}","path":"/proc/self/ns/{{(kind == "network" ? "net" : kind)}}"}]"""])
        {
            SlipwayException error = Assert.Throws<SlipwayException>(() =>
                Accept(("hostname", "null"), ("linux.namespaces", namespaces), ("linux.sysctl", $$"""{"{{name}}":"1"}""")));
            Assert.Equal($"check {Name}: linux.sysctl['{name}']: it needs a {kind} namespace of the container's own", error.Message);
        }
    }

    [Theory]
    [InlineData("kernel.hostname", "box", "'hostname' is for that")]
    [InlineData("kernel/domainname", "y", "'domainname' is 'x'")]
    public void Accept_SysctlThatContradictsAMember_IsRefused(string name, string value, string message)
    {
        Accept(("domainname", "\"x\""), ("linux.sysctl", """{"kernel.domainname":"x"}"""));
        SlipwayException error = Assert.Throws<SlipwayException>(() => Accept(("domainname", "\"x\""), ("linux.sysctl", $$"""{"{{name}}":"{{value}}"}""")));
        Assert.Equal($"check {Name}: linux.sysctl['{name}']: {message}", error.Message);
    }

    [Fact]
    public void Accept_CapabilitiesThatCantBeGiven_AreLeftOutWithAWarning()
    {
        var warnings = new List<string>();
        RuntimeSpec spec = Read(("process.capabilities", """
            {"bounding":["CAP_KILL","CAP_X","CAP_CHOWN"],"permitted":["CAP_KILL","CAP_CHOWN"],"effective":["CAP_KILL","CAP_FOWNER"],
            "inheritable":["CAP_SETUID","CAP_KILL"],"ambient":["KILL","CAP_KILL","CAP_CHOWN"]}
            """));
        CapabilitiesSpec sets = SpecValidator.Accept(spec, Name, warnings.Add).Process!.Capabilities!;
        Assert.Equal(["CAP_KILL", "CAP_CHOWN"], sets.Bounding!);
        Assert.Equal(["CAP_KILL", "CAP_CHOWN"], sets.Permitted!);
        Assert.Equal(["CAP_KILL"], sets.Effective!);
        Assert.Equal(["CAP_KILL"], sets.Inheritable!);
        Assert.Equal(["CAP_KILL"], sets.Ambient!);
        Assert.Equal(
            [
                $"check {Name}: process.capabilities.bounding: 'CAP_X' is unknown, and ignored",
                $"check {Name}: process.capabilities.inheritable: 'CAP_SETUID' is not in the bounding set, and ignored",
                $"check {Name}: process.capabilities.effective: 'CAP_FOWNER' is not permitted, and ignored",
                $"check {Name}: process.capabilities.ambient: 'KILL' is unknown, and ignored",
                $"check {Name}: process.capabilities.ambient: 'CAP_CHOWN' is not both permitted and inheritable, and ignored",
            ],
            warnings);
    }

    [Fact]
    public void Accept_RelativeDestination_CountsFromTheRootWithAWarning()
    {
        var warnings = new List<string>();
        RuntimeSpec spec = Read(("mounts", """[{"destination":"/a","type":"tmpfs"},{"destination":"b/c","type":"tmpfs"},{"destination":"/d","type":"tmpfs"}]"""));
        Assert.Equal(["/a", "/b/c", "/d"], SpecValidator.Accept(spec, Name, warnings.Add).Mounts!.Select(m => m.Destination));
        Assert.Equal([$"check {Name}: mounts[1].destination: 'b/c' is not absolute, which is deprecated"], warnings);
    }

    [Fact]
    public void Accept_MountLabelWithoutSelinux_IsLeftOutWithAWarning()
    {
        Assert.SkipWhen(File.Exists("/sys/fs/selinux/enforce"), "this host has SELinux");
        var warnings = new List<string>();
        SpecValidator.Accept(Read(("linux.mountLabel", "\"system_u:object_r:x:s0\"")), Name, warnings.Add);
        Assert.Equal([$"check {Name}: linux.mountLabel: 'system_u:object_r:x:s0' is ignored: this host has no SELinux, or it is off"], warnings);
    }

    [Fact]
    public void Accept_ProcessAlone_HasShortPaths() =>
        Assert.Equal(
            "check the process: cwd: 'x' is not absolute",
            Assert.Throws<SlipwayException>(() => SpecValidator.Accept(Read(("process.cwd", "\"x\"")).Process!, "the process", Fail)).Message);

    [Fact]
    public void Accept_OurOwnSpecs_NeedNoWarning() => SpecValidator.Accept(BundleSpec.Example(), Name, Fail);

    private static RuntimeSpec Accept(params (string Member, string Value)[] changes) => SpecValidator.Accept(Read(changes), Name, Fail);

    private static void Fail(string warning) => Assert.Fail(warning);

    private static RuntimeSpec Read(params (string Member, string Value)[] changes)
    {
        JsonNode document = JsonNode.Parse(Base)!;
        foreach ((string member, string value) in changes)
        {
            JsonNode at = document;
            string[] names = member.Split('.');
            foreach (string name in names[..^1])
                at = at[name] ??= new JsonObject();
            at[names[^1]] = JsonNode.Parse(value);
        }
        return RuntimeSpecJson.Read(Encoding.UTF8.GetBytes(document.ToJsonString()), Name);
    }
}
