using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>What moby's own integration tests ask of a daemon, as far as they found this one to differ: builds.</summary>
public sealed class DockerdBuildTests
{
    [Fact]
    public void Build_OfTheClassicDoor_IsToldAsItIsWritten()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string context = Directory.CreateDirectory(Path.Combine(slipd.Slip.Scratch, "classic")).FullName;
        File.WriteAllText(Path.Combine(context, "Dockerfile"), "FROM busybox\nARG name\nENV A=b\nRUN echo $A\nCMD [\"true\"]\n");
        string told = slipd.DockerOk("build", "--build-arg", "name=x", "--build-arg", "other=y", context);
        string id = slipd.DockerOk("images", "-q", "busybox");
        Assert.Contains($"Step 1/5 : FROM busybox\n ---> {id}\nStep 2/5 : ARG name\nStep 3/5 : ENV A=b\nStep 4/5 : RUN echo $A\nb\nStep 5/5 : CMD [\"true\"]\n", told, StringComparison.Ordinal);
        Assert.Contains("[Warning] One or more build-args [other] were not consumed", told, StringComparison.Ordinal);
        Assert.DoesNotContain("Using cache", told, StringComparison.Ordinal);
        Assert.Contains($"Step 1/5 : FROM busybox\n ---> {id}\nStep 2/5 : ARG name\n ---> Using cache\nStep 3/5 : ENV A=b\n ---> Using cache\nStep 4/5 : RUN echo $A\n ---> Using cache\nStep 5/5 : CMD [\"true\"]\n ---> Using cache\n",
            slipd.DockerOk("build", "--build-arg", "name=x", context), StringComparison.Ordinal);
        // What follows the last step is new where the image is.
        File.WriteAllText(Path.Combine(context, "Dockerfile"), "FROM busybox\nARG name\nENV A=b\nRUN echo $A\nCMD [\"false\"]\n");
        Assert.Matches("RUN echo \\$A\n ---> Using cache\nStep 5/5 : CMD \\[\"false\"\\]\n ---> ([0-9a-f]{12})\nSuccessfully built \\1", slipd.DockerOk("build", "--build-arg", "name=x", context));
        File.WriteAllText(Path.Combine(context, "Dockerfile"), "FROM busybox\nONBUILD RUN echo triggered\nONBUILD ENV B=c\n");
        slipd.DockerOk("build", "-t", "parent", context);
        File.WriteAllText(Path.Combine(context, "Dockerfile"), "FROM parent\nENV C=d\n");
        Assert.Contains("Step 1/2 : FROM parent\n# Executing 2 build triggers\ntriggered\nStep 2/2 : ENV C=d\n", slipd.DockerOk("build", context), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(context, "Dockerfile"), "FROM busybox\nRUN exit 23\n");
        Slip.Result failed = slipd.Docker("build", context);
        Assert.Equal(23, failed.ExitCode);
        Assert.Contains("The command '/bin/sh -c exit 23' returned a non-zero code: 23", failed.Errors, StringComparison.Ordinal);
    }

    // Clients of the classic builder take the image from the last arrow, and what the build stands on from the step that names it.
    [Fact]
    public void Build_OfTheClassicDoor_TellsTheImagesThatItBeginsAndEndsWith()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Write("classic/Dockerfile", "FROM busybox AS first\nRUN echo x > /x\nFROM first\nFROM scratch\nCOPY --from=first /x /\n");
        string told = slipd.DockerOk("build", "-t", "built", "classic");
        string[] arrows = [.. told.Split('\n').Where(line => line.StartsWith(" ---> ", StringComparison.Ordinal))];
        Assert.Equal([$" ---> {slipd.DockerOk("images", "-q", "busybox")}", $" ---> {slipd.DockerOk("images", "-q", "built")}"], arrows);
        // The last arrow is the image, also where there is nothing behind the FROM.
        slipd.Slip.Write("classic/Dockerfile", "FROM busybox\n");
        told = slipd.DockerOk("build", "classic");
        Assert.Matches(" ---> ([0-9a-f]{12})\nSuccessfully built \\1", told);
    }

    [Fact]
    public void Build_OfTheClassicDoor_WithoutItsBase_FailsInTheStream()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Write("classic/Dockerfile", "FROM busybox AS first\nRUN echo x\nFROM 127.0.0.1:1/nosuch AS second\nRUN echo y\n");
        Slip.Result failed = slipd.Docker("build", "classic");
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("Step 3/4 : FROM 127.0.0.1:1/nosuch AS second\n", failed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(" : RUN", failed.Output, StringComparison.Ordinal);
        Assert.Contains("nosuch", failed.Errors, StringComparison.Ordinal);
        // A target that doesn't need it, and one that says nothing.
        slipd.DockerOk("build", "--target", "first", "classic");
        Assert.DoesNotContain("Step", slipd.Docker("build", "-q", "classic").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FROM busybox\n\nNOINSTRUCTION x\n", "dockerfile parse error on line 3: unknown instruction: NOINSTRUCTION")]
    [InlineData("FROM busybox\n  ONBUILD\n", "dockerfile parse error on line 2: ONBUILD requires at least one argument")]
    [InlineData("FROM busybox\nHEALTHCHECK\n", "HEALTHCHECK requires")]
    [InlineData("FROM busybox\nCOPY --from=0 a b\n", "invalid from flag value 0: refers to current build stage")]
    [InlineData("FROM busybox\nCOPY --from=127.0.0.1:1/nosuch a b\n", "invalid from flag value 127.0.0.1:1/nosuch: ")]
    [InlineData("# nothing\n", "file with no instructions")]
    [InlineData("FROM scratch\n", "No image was generated. Is your Dockerfile empty?")]
    public void Build_OfAWrongDockerfile_IsRefusedAsDockerDoes(string dockerfile, string error)
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Write("wrong/Dockerfile", dockerfile);
        Slip.Result refused = slipd.Docker("build", "wrong");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(error, refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_OfNothingButLabels_IsAnImage()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Write("labels/Dockerfile", "FROM scratch\n");
        slipd.DockerOk("build", "-t", "labels", "--label", "a=b", "labels");
        Assert.Equal("b", slipd.DockerOk("inspect", "-f", "{{.Config.Labels.a}}", "labels"));
    }

    [Fact]
    public void Build_OfWhatCantBeRead_NamesTheLine()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Slip.Result result = slipd.Run("FROM busybox\n\n# nothing\nNOINSTRUCTION x\n"u8.ToArray(), "docker", "build", "-");
        Assert.Contains("dockerfile parse error on line 4: unknown instruction: NOINSTRUCTION", result.Errors, StringComparison.Ordinal);
    }

    // As docker's classic builder: who names images to take steps from wants none from elsewhere.
    [Fact]
    public void Build_WithCacheFrom_SaysWhatIsNotUsed_AndWithoutItsImagesBeginsAnew()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Write("ctx/Dockerfile", "FROM busybox\nRUN head -c 16 /dev/urandom | od -x > /r\n");
        string first = slipd.DockerOk("build", "-q", "ctx");
        Assert.Equal(first, slipd.DockerOk("build", "-q", "ctx"));
        Assert.Equal(first, slipd.DockerOk("build", "-q", "--cache-from", "busybox", "ctx"));
        Assert.Contains("--cache-from busybox is not used", slipd.DockerOk("build", "--cache-from", "busybox", "ctx"), StringComparison.Ordinal);
        Assert.NotEqual(first, slipd.DockerOk("build", "-q", "--cache-from", "nosuch", "ctx"));
    }
}
