using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Runtime.Users;
using Xunit;

namespace Slipway.Runtime.Tests.Users;

public sealed class UserResolverTests : IDisposable
{
    private const string Passwd = """
        root:x:0:0:root:/root:/bin/sh
        1000:x:0:0::/:/bin/sh
        4294967296:x:0:0::/:/bin/sh
        -1:x:0:0::/:/bin/sh
        web:x:1000:1001:Web:/home/web:/bin/sh
        odd
        broken:x:notanumber:5::/:
        """;

    private const string Group = """
        root:x:0:
        web:x:1001:
        extra:x:2000:root,web
        1001:x:3000:
        """;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("slipway-users-");

    public UserResolverTests()
    {
        _root.CreateSubdirectory("etc");
        File.WriteAllText(_root.FullName + "/etc/passwd", Passwd);
        File.WriteAllText(_root.FullName + "/etc/group", Group);
    }

    // Invariant I12: CVE-2016-3697, CVE-2024-40635, CVE-2026-46680, CVE-2026-30892.
    [Theory]
    [InlineData("", 0, 0, "0,2000", "/root")]
    [InlineData("0", 0, 0, "0,2000", "/root")]
    [InlineData("root", 0, 0, "0,2000", "/root")]
    [InlineData("1", 1, 0, "0", "/")]
    [InlineData("1:2", 1, 2, "2", "/")]
    [InlineData(":2", 0, 2, "2", "/root")]
    [InlineData("web", 1000, 1001, "1001,2000", "/home/web")]
    [InlineData("1000", 1000, 1001, "1001,2000", "/home/web")]
    [InlineData("web:extra", 1000, 2000, "2000", "/home/web")]
    [InlineData("1:web", 1, 1001, "1001", "/")]
    [InlineData("1:1001", 1, 1001, "1001", "/")]
    [InlineData("4294967294", 4294967294, 0, "0", "/")]
    [InlineData("2147483648", 2147483648, 0, "0", "/")]
    public void Resolve_Form_GivesNumbers(string user, uint uid, uint gid, string groups, string home)
    {
        ResolvedUser resolved = Resolve(user);
        Assert.Equal(uid, resolved.Spec.Uid);
        Assert.Equal(gid, resolved.Spec.Gid);
        Assert.Equal(groups, string.Join(',', resolved.Spec.AdditionalGids!));
        Assert.Equal(home, resolved.Home);
    }

    [Theory]
    [InlineData("4294967295")]
    [InlineData("4294967296")]
    [InlineData("99999999999")]
    [InlineData("-1")]
    [InlineData("+5")]
    [InlineData(" 1")]
    [InlineData("nobody")]
    [InlineData("web:nogroup")]
    [InlineData("web:")]
    [InlineData("1:4294967296")]
    [InlineData("broken")]
    public void Resolve_WhatIsNoUser_IsRefused(string user) =>
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<SlipwayException>(() => Resolve(user)).Kind);

    [Fact]
    public void Resolve_GroupAdd_IsAdded() =>
        Assert.Equal([1001u, 2000u, 7u], Resolve("web", "7", "extra").Spec.AdditionalGids!);

    // CVE-2026-47262, CVE-2024-9676: whatever else stands there, it is an error at once.
    [Fact]
    public void Resolve_EndlessFile_IsRefused()
    {
        using (FileStream file = File.OpenWrite(_root.FullName + "/etc/passwd"))
            file.SetLength(3L << 30);
        Assert.Throws<SlipwayException>(() => Resolve("web"));
    }

    [Fact]
    public void Resolve_LongLine_IsRefused()
    {
        File.WriteAllText(_root.FullName + "/etc/passwd", new string('x', 100_000));
        Assert.Throws<SlipwayException>(() => Resolve("web"));
    }

    [Fact]
    public void Resolve_LinkOut_StaysInside()
    {
        File.Delete(_root.FullName + "/etc/passwd");
        File.CreateSymbolicLink(_root.FullName + "/etc/passwd", "../../../../../../etc/passwd");
        Assert.ThrowsAny<Exception>(() => Resolve("daemon"));
    }

    [Fact]
    public void Resolve_Directory_IsRefused()
    {
        File.Delete(_root.FullName + "/etc/passwd");
        Directory.CreateDirectory(_root.FullName + "/etc/passwd");
        Assert.Throws<SlipwayException>(() => Resolve("web"));
    }

    [Fact]
    public void Resolve_NoFiles_TakesNumbersOnly()
    {
        Directory.Delete(_root.FullName + "/etc", recursive: true);
        Assert.Equal(5u, Resolve("5").Spec.Uid);
        Assert.Throws<SlipwayException>(() => Resolve("web"));
    }

    public void Dispose() => _root.Delete(recursive: true);

    private ResolvedUser Resolve(string user, params string[] groupAdd)
    {
        using DirFd root = DirFd.Open(_root.FullName);
        return UserResolver.Resolve(root, user, groupAdd);
    }
}
