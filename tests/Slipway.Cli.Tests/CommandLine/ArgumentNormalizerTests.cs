using Slipway.Cli.CommandLine;
using Slipway.Cli.Commands;
using Xunit;

namespace Slipway.Cli.Tests.CommandLine;

/// <summary>Flags as docker's users write them.</summary>
public sealed class ArgumentNormalizerTests
{
    public static TheoryData<string, string> Lines => new()
    {
        { "-it busybox ls -l", "-i -t -- busybox ls -l" },
        { "-m64m -eA=b -e=C busybox", "-m=64m -e=A=b -e=C -- busybox" },
        { "--name a --rm --name=b busybox", "--rm --name=b -- busybox" },
        { "-h a --hostname b busybox --hostname c", "--hostname=b -- busybox --hostname c" },
        { "-e A=1 -e A=2 -v x:/x -v y:/y busybox", "-e=A=1 -e=A=2 -v=x:/x -v=y:/y -- busybox" },
        { "--init --init=false busybox", "--init=false -- busybox" },
        { "--name -- -- busybox", "--name=-- -- busybox" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void Normalize_OneFormOfEach_TheLastOfWhatCanBeSaidOnce(string line, string expected) =>
        Assert.Equal(expected, string.Join(' ', ArgumentNormalizer.Normalize(new RunCommand(), line.Split(' '))));

    [Theory]
    [InlineData("--nosuch", "unknown flag: --nosuch")]
    [InlineData("-iQ", "unknown shorthand flag: 'Q' in -iQ")]
    [InlineData("--name", "flag needs an argument: --name")]
    public void Normalize_WhatIsNoFlag_IsNamed(string line, string message) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => ArgumentNormalizer.Normalize(new RunCommand(), line.Split(' '))).Message);
}
