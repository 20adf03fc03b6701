using System.Buffers.Binary;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Seccomp;
using Slipway.Runtime.Specs;
using Xunit;

namespace Slipway.Runtime.Tests.Seccomp;

/// <summary>Runs the compiled default filter on made-up calls, as the kernel would.</summary>
public sealed class DefaultFilterTests
{
    private const uint X64 = 0xc000003e, I386 = 0x40000003, Allow = 0x7fff0000, NotPermitted = 0x00050001, NoSuchCall = 0x00050026;
    private static readonly byte[] s_default = FilterCompiler.Compile(DefaultSpec.Seccomp(DefaultSpec.Capabilities));

    [Theory]
    [InlineData(0, 0, Allow)]                    // read
    [InlineData(59, 0, Allow)]                   // execve
    [InlineData(165, 0, NotPermitted)]           // mount
    [InlineData(272, 0, NotPermitted)]           // unshare
    [InlineData(435, 0, NoSuchCall)]             // clone3
    [InlineData(56, 0x11, Allow)]                // clone as fork
    [InlineData(56, 0x10000011, NotPermitted)]   // clone with CLONE_NEWUSER
    [InlineData(56, 0x20000, NotPermitted)]      // clone with CLONE_NEWNS
    [InlineData(41, 1, Allow)]                   // socket AF_UNIX
    [InlineData(41, 2, Allow)]                   // AF_INET
    [InlineData(41, 39, Allow)]
    [InlineData(41, 41, Allow)]
    [InlineData(41, 38, NotPermitted)]           // AF_ALG
    [InlineData(41, 40, NotPermitted)]           // AF_VSOCK
    [InlineData(135, 0, Allow)]                  // personality PER_LINUX
    [InlineData(135, 0x40000, NoSuchCall)]       // ADDR_NO_RANDOMIZE
    [InlineData(161, 0, Allow)]                  // chroot, by CAP_SYS_CHROOT
    [InlineData(250, 0, NotPermitted)]           // keyctl
    [InlineData(425, 0, NotPermitted)]           // io_uring_setup
    [InlineData(9999, 0, NoSuchCall)]
    public void Default_CallOnX64_IsJudged(int call, long argument, uint expected) =>
        Assert.Equal(expected, BpfMachine.Run(s_default, X64, call, argument));

    [Theory]
    [InlineData(3, 0, Allow)]                    // read
    [InlineData(102, 1, NoSuchCall)]             // socketcall: its family is behind a pointer
    [InlineData(359, 1, Allow)]                  // socket AF_UNIX
    [InlineData(359, 38, NoSuchCall)]            // AF_ALG
    [InlineData(359, 40, NoSuchCall)]            // AF_VSOCK
    [InlineData(21, 0, NotPermitted)]            // mount
    public void Default_CallOnI386_IsJudged(int call, long argument, uint expected) =>
        Assert.Equal(expected, BpfMachine.Run(s_default, I386, call, argument));

    [Fact]
    public void Default_WithSysAdmin_AllowsMountsAndNamespaces()
    {
        byte[] filter = FilterCompiler.Compile(DefaultSpec.Seccomp(["CAP_SYS_ADMIN"]));
        Assert.Equal(Allow, BpfMachine.Run(filter, X64, 165, 0));
        Assert.Equal(Allow, BpfMachine.Run(filter, X64, 56, 0x10000011));
        Assert.Equal(NotPermitted, BpfMachine.Run(filter, X64, 161, 0));
    }

    [Theory]
    [InlineData("SCMP_ACT_WHATEVER", "SCMP_CMP_EQ")]
    [InlineData("SCMP_ACT_ALLOW", "SCMP_CMP_ABOUT")]
    public void Compile_UnknownToken_IsRefused(string action, string comparison)
    {
        var spec = new SeccompSpec
        {
            DefaultAction = "SCMP_ACT_ERRNO",
            Syscalls = [new SyscallRule { Names = ["read"], Action = action, Args = [new SyscallArgument { Index = 0, Value = 1, Op = comparison }] }],
        };
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<SlipwayException>(() => FilterCompiler.Compile(spec)).Kind);
    }

    [Theory]
    [InlineData("SCMP_ACT_ERRNO", null, NoSuchCall)]
    [InlineData("SCMP_ACT_ERRNO", 38u, NoSuchCall)]
    [InlineData("SCMP_ACT_KILL_PROCESS", null, NoSuchCall)]
    [InlineData("SCMP_ACT_LOG", null, 0x7ffc0000u)]
    public void Compile_CallNewerThanTheProfile_DoesNotExist(string defaultAction, uint? errno, uint expected)
    {
        var spec = new SeccompSpec
        {
            DefaultAction = defaultAction, DefaultErrnoRet = errno, Architectures = ["SCMP_ARCH_X86", "SCMP_ARCH_X32", "SCMP_ARCH_AARCH64"],
            Syscalls = [new SyscallRule { Names = ["read", "dup3"], Action = "SCMP_ACT_ALLOW" }],
        };
        byte[] filter = FilterCompiler.Compile(spec);
        Assert.Equal(expected, BpfMachine.Run(filter, X64, 293, 0)); // dup3 is 292
        Assert.Equal(Allow, BpfMachine.Run(filter, X64, 292, 0));
        Assert.Equal(expected, BpfMachine.Run(filter, I386, 331, 0)); // 330 there
        Assert.Equal(Allow, BpfMachine.Run(filter, I386, 330, 0));
        Assert.Equal(Allow, BpfMachine.Run(filter, X64, 0x40000000 | 292, 0));
    }

    [Fact]
    public void Compile_TwoComparisonsOfOneArgument_EitherHolds()
    {
        var spec = new SeccompSpec
        {
            DefaultAction = "SCMP_ACT_ERRNO",
            Syscalls =
            [
                new SyscallRule
                {
                    Names = ["personality"], Action = "SCMP_ACT_ALLOW",
                    Args = [new() { Index = 0, Value = 1, Op = "SCMP_CMP_EQ" }, new() { Index = 0, Value = 3, Op = "SCMP_CMP_EQ" }],
                },
            ],
        };
        byte[] filter = FilterCompiler.Compile(spec);
        Assert.Equal([Allow, NotPermitted, Allow], new long[] { 1, 2, 3 }.Select(value => BpfMachine.Run(filter, X64, 135, value)));
    }

    [Fact]
    public void Compile_ArchitectureOfTheOtherByteOrder_SaysSo()
    {
        var spec = new SeccompSpec { DefaultAction = "SCMP_ACT_ALLOW", Architectures = ["SCMP_ARCH_S390X"], Syscalls = [] };
        SlipwayException error = Assert.Throws<SlipwayException>(() => FilterCompiler.Compile(spec));
        Assert.Equal("seccomp architecture SCMP_ARCH_S390X: it has the other byte order", error.Message);
    }

    [Fact]
    public void Compile_Notify_AsksTheAgent()
    {
        var spec = new SeccompSpec { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new SyscallRule { Names = ["mkdir"], Action = "SCMP_ACT_NOTIFY" }] };
        Assert.Equal(0x7fc00000u, BpfMachine.Run(FilterCompiler.Compile(spec), X64, 83, 0));
    }

    [Theory]
    [InlineData(null, false, 4)]
    [InlineData("", false, 0)]
    [InlineData("SECCOMP_FILTER_FLAG_LOG SECCOMP_FILTER_FLAG_TSYNC", false, 3)]
    [InlineData("SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", false, 0)]
    [InlineData("SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV SECCOMP_FILTER_FLAG_TSYNC", true, 57)]
    public void Filter_Flags_AreTheKernels(string? flags, bool notifies, long expected)
    {
        var spec = new SeccompSpec
        {
            DefaultAction = "SCMP_ACT_ALLOW", Flags = flags?.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Syscalls = [new SyscallRule { Names = ["mkdir"], Action = notifies ? "SCMP_ACT_NOTIFY" : "SCMP_ACT_LOG" }],
        };
        Assert.Equal(expected, LoadableFilter.Of(spec, cacheDir: null).Flags);
    }

    [Fact]
    public void Load_Again_ReadsTheCache()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("slipway-seccomp-");
        try
        {
            SeccompSpec spec = DefaultSpec.Seccomp([]);
            byte[] first = FilterCache.Load(spec, directory.FullName);
            FileInfo file = Assert.Single(directory.GetFiles());
            byte[] content = File.ReadAllBytes(file.FullName);
            Assert.Equal(first, FilterCache.Load(spec, directory.FullName));

            // Damaged, it is made anew.
            content[^1] ^= 1;
            File.WriteAllBytes(file.FullName, content);
            Assert.Equal(first, FilterCache.Load(spec, directory.FullName));
            File.WriteAllBytes(file.FullName, content[..100]);
            Assert.Equal(first, FilterCache.Load(spec, directory.FullName));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>The classic BPF that libseccomp uses: load a word, compare and jump, mask, return.</summary>
    private static class BpfMachine
    {
        public static uint Run(ReadOnlySpan<byte> program, uint architecture, int call, long argument)
        {
            Span<byte> data = stackalloc byte[64]; // struct seccomp_data
            BinaryPrimitives.WriteInt32LittleEndian(data, call);
            BinaryPrimitives.WriteUInt32LittleEndian(data[4..], architecture);
            BinaryPrimitives.WriteInt64LittleEndian(data[16..], argument);
            uint accumulator = 0;
            for (int pc = 0; ; pc++)
            {
                ReadOnlySpan<byte> entry = program.Slice(pc * 8, 8);
                uint value = BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]);
                switch (BinaryPrimitives.ReadUInt16LittleEndian(entry))
                {
                    case 0x20: accumulator = BinaryPrimitives.ReadUInt32LittleEndian(data[(int)value..]); break;
                    case 0x54: accumulator &= value; break;
                    case 0x05: pc += (int)value; break;
                    case 0x15: pc += accumulator == value ? entry[2] : entry[3]; break;
                    case 0x25: pc += accumulator > value ? entry[2] : entry[3]; break;
                    case 0x35: pc += accumulator >= value ? entry[2] : entry[3]; break;
                    case 0x06: return value;
                    default: throw new InvalidDataException("an instruction that this machine doesn't have");
                }
            }
        }
    }
}
