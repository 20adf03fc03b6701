using Xunit;

namespace Slipway.Integration.Tests.Security;

/// <summary>Who a container's process is (invariants I11 and I12; CVE-2022-36109, CVE-2026-30892, CVE-2024-40635 and the files of CVE-2026-47262).</summary>
public sealed class UserTests
{
    // uid, gid and groups as docker 26.1.5 gave them on the same image. The image's passwd has boat (1000:1000), a member of crew (2000), and
    // a user named 1001 who is uid 0.
    [Theory]
    [InlineData("", "0 0 0")]
    [InlineData("0", "0 0 0")]
    [InlineData("1000", "1000 1000 1000 2000")]
    [InlineData("1000:1000", "1000 1000 1000")]
    [InlineData("boat", "1000 1000 1000 2000")]
    [InlineData("boat:boat", "1000 1000 1000")]
    [InlineData("boat:crew", "1000 2000 2000")]
    [InlineData("1000:2000", "1000 2000 2000")]
    [InlineData(":2000", "0 2000 2000")]
    [InlineData("1", "1 0 0")]
    [InlineData("1:2", "1 2 2")]
    [InlineData("1001", "1001 0 0")]
    [InlineData("4294967294:4294967294", "4294967294 4294967294 4294967294")]
    public void User_InEveryForm_RunAndExecAgree(string user, string expected)
    {
        using Slip slip = Slip.WithBusybox();
        const string Who = "echo $(id -u) $(id -g) $(id -G)";
        Assert.Equal(expected, slip.Ok("run", "--rm", "--user=" + user, "busybox", "sh", "-c", Who));
        slip.Ok("run", "-d", "--name", "ship", "--user=" + user, "busybox", "sleep", "1000");
        Assert.Equal(expected, slip.Ok("exec", "ship", "sh", "-c", Who));
        Assert.Equal(expected, slip.Ok("exec", "-u", user.Length == 0 ? "0" : user, "ship", "sh", "-c", Who));
    }

    [Theory]
    [InlineData(" 1")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("0x1")]
    [InlineData("1:")]
    [InlineData("4294967295")]
    [InlineData("4294967296")]
    [InlineData("99999999999")]
    [InlineData("0:4294967295")]
    [InlineData("0:nosuchgroup")]
    public void User_ThatIsNone_IsRefusedByRunAndExec(string user)
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "ship", "busybox", "sleep", "1000");
        Assert.Equal(125, slip.Run("run", "--rm", "--user=" + user, "busybox", "id").ExitCode);
        Slip.Result exec = slip.Run("exec", "--user=" + user, "ship", "id");
        Assert.NotEqual(0, exec.ExitCode);
        Assert.Equal("", exec.Output);
    }

    [Fact]
    public void GroupAdd_ComesToTheOthers()
    {
        using Slip slip = Slip.WithBusybox();
        Assert.Equal("1000 2000 3000", slip.Ok("run", "--rm", "-u", "boat", "--group-add", "3000", "busybox", "id", "-G"));
        Assert.Equal("1000 2000", slip.Ok("run", "--rm", "-u", "1000:1000", "--group-add", "crew", "busybox", "id", "-G"));
    }

    [Theory]
    [InlineData("mkfifo")]
    [InlineData("mkdir")]
    [InlineData("ln -s loop")]
    [InlineData("ln -s /dev/zero")]
    [InlineData("dd if=/dev/zero bs=1 count=1 seek=3000000000 of=")]
    [InlineData("head -c 20000000 /dev/urandom >")]
    public void HostileUserFiles_EndInAnErrorNeverInAWait(string make)
    {
        using Slip slip = Slip.WithBusybox();
        string separator = make.EndsWith('=') ? "" : " ";
        string Replace(string file) => $"rm -f {file} && {(make == "ln -s loop" ? $"ln -s {Path.GetFileName(file)} {file}" : $"{make}{separator}{file}")}";
        slip.Write("context/Dockerfile", $"FROM busybox\nRUN {Replace("/etc/passwd")} && {Replace("/etc/group")}\n");
        slip.Ok("build", "-t", "hostile", Path.Combine(slip.Scratch, "context"));
        Slip.Result named = slip.Run("run", "--rm", "-u", "boat", "hostile", "id", "-u");
        Assert.Equal(125, named.ExitCode);
        Slip.Result group = slip.Run("run", "--rm", "-u", "0:crew", "hostile", "id", "-u");
        Assert.Equal(125, group.ExitCode);
        Assert.Equal("", slip.Ok("ps", "-aq"));
    }
}
