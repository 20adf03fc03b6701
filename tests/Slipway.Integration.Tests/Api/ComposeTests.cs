using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary><c>docker compose</c>, unmodified, at a slipd: a project with two services, a build, a health check, a volume and a network.</summary>
public sealed class ComposeTests
{
    private const string Project = """
        name: proj
        services:
          web:
            build: { context: web, args: { MSG: composed } }
            networks: [back]
            volumes: ["data:/data"]
            healthcheck: { test: ["CMD", "wget", "-qO-", "http://127.0.0.1/"], interval: 1s, timeout: 5s, retries: 20 }
          client:
            image: busybox
            command: ["sh", "-c", "wget -qO- http://web/ && echo kept > /data/mark && exec sleep 1000"]
            networks: [back]
            volumes: ["data:/data"]
            stop_grace_period: 0s
            depends_on: { web: { condition: service_healthy } }
        networks: { back: {} }
        volumes: { data: {} }
        """;

    [Fact]
    public void Project_UpChangedAndDown_DoesWhatItSays()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string file = slipd.Slip.Write("proj/compose.yaml", Project);
        slipd.Slip.Write("proj/web/Dockerfile", "FROM busybox\nARG MSG\nRUN mkdir /www && echo \"$MSG\" > /www/index.html\nSTOPSIGNAL KILL\nCMD [\"httpd\", \"-f\", \"-h\", \"/www\"]\n");
        string[] Command(string[] words) => ["compose", "-f", file, .. words];
        string Compose(params string[] words) => slipd.BuildxOk(Command(words)).Output;

        Assert.Matches(@"\[web \d/\d\] RUN mkdir /www", Compose("build"));
        Compose("up", "-d");
        Waiting.Until(() => slipd.Buildx(null, Command(["exec", "-T", "client", "cat", "/data/mark"])).Output == "kept\n");
        Assert.Contains("composed", Compose("logs", "client"), StringComparison.Ordinal);
        Assert.Matches("proj-web-1 .*\\(healthy\\)", Compose("ps"));
        Assert.Equal("proj_data", slipd.DockerOk("volume", "ls", "-q"));
        string first = slipd.DockerOk("ps", "-q", "--no-trunc", "--filter", "name=proj-web-1");

        Compose("up", "-d");
        Assert.Equal(first, slipd.DockerOk("ps", "-q", "--no-trunc", "--filter", "name=proj-web-1"));
        File.WriteAllText(file, Project.Replace("composed", "changed", StringComparison.Ordinal));
        Compose("up", "-d", "--build");
        Assert.NotEqual(first, slipd.DockerOk("ps", "-q", "--no-trunc", "--filter", "name=proj-web-1"));
        Assert.Equal("changed", Compose("exec", "-T", "client", "wget", "-qO-", "http://web/"));
        Assert.Equal("kept", Compose("run", "--rm", "-T", "client", "cat", "/data/mark"));

        Compose("up", "-d", "--scale", "client=2");
        Assert.Equal(3, Compose("ps", "-q").Split('\n').Length);
        Compose("down", "-v", "-t", "1");
        Assert.Empty(slipd.DockerOk("ps", "-aq"));
        Assert.Empty(slipd.DockerOk("volume", "ls", "-q"));
        Assert.DoesNotContain("proj", slipd.DockerOk("network", "ls"), StringComparison.Ordinal);
    }

    [Fact]
    public void Build_OfSeveralServicesAtOnce_BuildsEach()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string[] services = [.. Enumerable.Range(0, 4).Select(i => $"s{i}")];
        string file = slipd.Slip.Write("many/compose.yaml", "name: many\nservices:\n" + string.Concat(services.Select(s => $"  {s}:\n    build: {s}\n")));
        foreach (string service in services)
        {
            slipd.Slip.Write($"many/{service}/Dockerfile", $"FROM busybox\nCOPY file /\nRUN echo {service}\n");
            slipd.Slip.Write($"many/{service}/file", service);
        }
        slipd.BuildxOk("compose", "-f", file, "build");
        foreach (string service in services)
            Assert.Equal(service, slipd.DockerOk("run", "--rm", "--network", "none", "many-" + service, "cat", "/file"));
    }
}
