using Slipway.Integration.Tests.Terminals;
using Xunit;

namespace Slipway.Integration.Tests.Builds;

/// <summary>A build as a person at a terminal sees it.</summary>
public sealed class DisplayTests
{
    [Fact]
    public void Build_EndsWithTheTree_WhatTheChecksFound_AndTheName()
    {
        using BuildCase build = new BuildCase().With("Dockerfile", "FROM busybox as base\nRUN echo words\n");
        using var session = new TerminalSession(build.Slip, 24, 80, "build", "-t", "built", build.Context);

        session.Expect(" FINISHED");
        session.Expect(" => [base 2/2] RUN echo words");
        session.Expect("WARN: FromAsCasing: ");
        session.Expect("named built:latest");
        Assert.Equal(0, session.ExitCode());
        Assert.Equal("", session.Rest.Trim());
    }

    [Fact]
    public void AFailedBuild_ShowsItsLastWords_AndTheLine()
    {
        using BuildCase build = new BuildCase().With("Dockerfile", "FROM busybox\nRUN echo words; exit 3\n");
        using var session = new TerminalSession(build.Slip, 24, 80, "build", "-t", "built", build.Context);

        session.Expect(" => ERROR [2/2] RUN echo words; exit 3");
        session.Expect("------\r\n > [2/2] RUN echo words; exit 3:\r\nwords\r\n------");
        session.Expect(">>> RUN echo words; exit 3");
        session.Expect("exit code: 3");
        session.Expect("slip enter --build ");
        Assert.NotEqual(0, session.ExitCode());
        Assert.DoesNotContain("internal error", session.Rest, StringComparison.Ordinal);
    }
}
