using System.Runtime.InteropServices;

namespace Slipway.Linux.Bpf;

/// <summary>Programs of the kind BPF_PROG_TYPE_CGROUP_DEVICE: asked for every open and mknod of a device in a v2 cgroup (linux/bpf.h).</summary>
public static unsafe class DeviceProgram
{
    private const int BPF_PROG_LOAD = 5, BPF_PROG_ATTACH = 8, BPF_PROG_DETACH = 9, BPF_PROG_GET_FD_BY_ID = 13, BPF_PROG_QUERY = 16;
    private const uint BPF_PROG_TYPE_CGROUP_DEVICE = 15, BPF_CGROUP_DEVICE = 6, BPF_F_ALLOW_MULTI = 2;
    private const int MostPrograms = 64; // BPF_CGROUP_MAX_PROGS

    /// <summary>Loads a program. It lives as long as the descriptor, or a cgroup that it is attached to.</summary>
    /// <exception cref="LinuxException">EPERM: CAP_BPF or CAP_SYS_ADMIN is missing. EINVAL: not a program, or a kernel without CONFIG_CGROUP_BPF.</exception>
    public static SafeFd Load(ReadOnlySpan<BpfInstruction> program)
    {
        ReadOnlySpan<byte> license = "Apache-2.0\0"u8;
        fixed (BpfInstruction* instructions = program)
        fixed (byte* text = license)
        {
            var load = new LoadAttributes
            {
                Type = BPF_PROG_TYPE_CGROUP_DEVICE, Count = (uint)program.Length, Instructions = (ulong)instructions, License = (ulong)text,
                AttachType = BPF_CGROUP_DEVICE,
            };
            return Check.Fd(BpfCall.Do(BPF_PROG_LOAD, ref load), "bpf BPF_PROG_LOAD");
        }
    }

    /// <summary>
    /// Makes this the cgroup's only program. The old ones go after it has come, and all that are there must agree: at no moment more is
    /// allowed than the old or the new would.
    /// </summary>
    public static void Replace(SafeFd cgroup, SafeFd program)
    {
        uint[] before = Attached(cgroup);
        var attach = new AttachAttributes { Target = cgroup.Number, Program = program.Number, Type = BPF_CGROUP_DEVICE, Flags = BPF_F_ALLOW_MULTI };
        Check.Result(BpfCall.Do(BPF_PROG_ATTACH, ref attach), "bpf BPF_PROG_ATTACH");
        foreach (uint id in before)
            Detach(cgroup, id);
    }

    /// <summary>The ids of the programs that are attached to this cgroup itself.</summary>
    public static uint[] Attached(SafeFd cgroup)
    {
        var ids = new uint[MostPrograms];
        fixed (uint* p = ids)
        {
            var query = new QueryAttributes { Target = cgroup.Number, Type = BPF_CGROUP_DEVICE, Ids = (ulong)p, Count = MostPrograms };
            Check.Result(BpfCall.Do(BPF_PROG_QUERY, ref query), "bpf BPF_PROG_QUERY");
            return ids[..(int)query.Count];
        }
    }

    private static void Detach(SafeFd cgroup, uint id)
    {
        var named = new IdAttributes { Id = id };
        using SafeFd old = Check.Fd(BpfCall.Do(BPF_PROG_GET_FD_BY_ID, ref named), "bpf BPF_PROG_GET_FD_BY_ID", id.ToString());
        var detach = new AttachAttributes { Target = cgroup.Number, Program = old.Number, Type = BPF_CGROUP_DEVICE };
        Check.Result(BpfCall.Do(BPF_PROG_DETACH, ref detach), "bpf BPF_PROG_DETACH", id.ToString());
    }

    [StructLayout(LayoutKind.Explicit, Size = 72)]
    private struct LoadAttributes
    {
        [FieldOffset(0)] public uint Type;
        [FieldOffset(4)] public uint Count;
        [FieldOffset(8)] public ulong Instructions;
        [FieldOffset(16)] public ulong License;
        [FieldOffset(68)] public uint AttachType;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct AttachAttributes
    {
        public int Target, Program;
        public uint Type, Flags;
    }

    [StructLayout(LayoutKind.Explicit, Size = 32)]
    private struct QueryAttributes
    {
        [FieldOffset(0)] public int Target;
        [FieldOffset(4)] public uint Type;
        [FieldOffset(16)] public ulong Ids;
        [FieldOffset(24)] public uint Count;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct IdAttributes
    {
        public uint Id, Next, Flags;
    }
}
