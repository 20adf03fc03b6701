namespace Slipway.Oci.Tests.Runtime;

/// <summary>A config.json with every member that the specification has for Linux, in the order in which we write them.</summary>
internal static class FullSpec
{
    public const string Json = """
        {"ociVersion":"1.3.0",
        "process":{"terminal":true,"consoleSize":{"height":24,"width":80},"cwd":"/work","env":["A=b","C="],"args":["sh","-c","true"],
          "user":{"uid":1,"gid":4294967295,"umask":18,"additionalGids":[5,6]},
          "capabilities":{"bounding":["CAP_KILL"],"effective":["CAP_KILL"],"inheritable":[],"permitted":["CAP_KILL"],"ambient":["CAP_KILL"]},
          "rlimits":[{"type":"RLIMIT_NOFILE","soft":1024,"hard":18446744073709551615}],"noNewPrivileges":true,"apparmorProfile":"p","selinuxLabel":"l",
          "oomScoreAdj":-100,"scheduler":{"policy":"SCHED_DEADLINE","nice":-1,"priority":2,"flags":["SCHED_FLAG_RECLAIM"],"runtime":1,"deadline":2,"period":3},
          "ioPriority":{"class":"IOPRIO_CLASS_BE","priority":4},"execCPUAffinity":{"initial":"0","final":"0-1"}},
        "root":{"path":"rootfs","readonly":true},"hostname":"h","domainname":"d",
        "mounts":[{"destination":"/proc","type":"proc","source":"proc","options":["nosuid"],
          "uidMappings":[{"containerID":0,"hostID":1000,"size":1}],"gidMappings":[{"containerID":0,"hostID":1000,"size":1}]}],
        "hooks":{"prestart":[{"path":"/h","args":["h","x"],"env":["A=b"],"timeout":5}],"createRuntime":[{"path":"/h"}],"createContainer":[{"path":"/h"}],
          "startContainer":[{"path":"/h"}],"poststart":[{"path":"/h"}],"poststop":[{"path":"/h"}]},
        "annotations":{"org.example.key":"value"},
        "linux":{"namespaces":[{"type":"pid"},{"type":"network","path":"/run/netns/a"}],
          "uidMappings":[{"containerID":0,"hostID":1000,"size":65536}],"gidMappings":[{"containerID":0,"hostID":1000,"size":65536}],
          "timeOffsets":{"monotonic":{"secs":-5,"nanosecs":999999999},"boottime":{"secs":7}},
          "devices":[{"path":"/dev/x","type":"c","major":1,"minor":3,"fileMode":438,"uid":0,"gid":5}],"netDevices":{"eth0":{"name":"net0"},"eth1":{}},
          "cgroupsPath":"/a/b",
          "resources":{"devices":[{"allow":false,"type":"c","major":-1,"minor":3,"access":"rwm"}],
            "memory":{"limit":-1,"reservation":1,"swap":2,"kernel":3,"kernelTCP":4,"swappiness":60,"disableOOMKiller":true,"useHierarchy":true,"checkBeforeUpdate":true},
            "cpu":{"shares":1024,"quota":-1,"burst":1,"period":100000,"realtimeRuntime":5,"realtimePeriod":6,"cpus":"0-1","mems":"0","idle":1},"pids":{"limit":32},
            "blockIO":{"weight":10,"leafWeight":1000,"weightDevice":[{"major":8,"minor":0,"weight":500,"leafWeight":300}],
              "throttleReadBpsDevice":[{"major":8,"minor":0,"rate":600}],"throttleWriteBpsDevice":[{"major":8,"minor":1,"rate":601}],
              "throttleReadIOPSDevice":[{"major":8,"minor":2,"rate":602}],"throttleWriteIOPSDevice":[{"major":8,"minor":3,"rate":603}]},
            "hugepageLimits":[{"pageSize":"2MB","limit":9223372036854772000}],"network":{"classID":1048577,"priorities":[{"name":"eth0","priority":500}]},
            "rdma":{"mlx5_1":{"hcaHandles":3,"hcaObjects":10000}},"unified":{"memory.high":"1"}},
          "rootfsPropagation":"slave",
          "seccomp":{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":38,"architectures":["SCMP_ARCH_X86_64"],"flags":["SECCOMP_FILTER_FLAG_LOG"],
            "listenerPath":"/l","listenerMetadata":"m","syscalls":[{"names":["getcwd"],"action":"SCMP_ACT_ERRNO","errnoRet":1,
            "args":[{"index":0,"value":18446744073709551615,"valueTwo":1,"op":"SCMP_CMP_MASKED_EQ"}]}]},
          "sysctl":{"net.ipv4.ip_forward":"1"},"maskedPaths":["/proc/kcore"],"readonlyPaths":["/proc/sys"],"mountLabel":"system_u",
          "personality":{"domain":"LINUX32","flags":[]},
          "intelRdt":{"closID":"c","schemata":["L3:0=f"],"l3CacheSchema":"L3:0=f","memBwSchema":"MB:0=20","enableMonitoring":true},
          "memoryPolicy":{"mode":"MPOL_BIND","nodes":"0-1","flags":["MPOL_F_STATIC_NODES"]}}}
        """;
}
