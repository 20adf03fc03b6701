using System.Net.Sockets;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Images;
using Testcontainers.PostgreSql;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>Testcontainers for .NET and Docker.DotNet, as their users write them.</summary>
public sealed class TestcontainersTests
{
    private const string Dockerfile =
        """
        FROM postgres-base
        RUN ln -s /usr/lib/postgresql/*/bin/* /usr/local/bin/
        COPY --chmod=755 entry /entry
        ENV PGDATA=/var/lib/postgresql/data
        VOLUME /var/lib/postgresql/data
        EXPOSE 5432
        STOPSIGNAL INT
        ENTRYPOINT ["/entry"]
        """;

    // The environment is the one that images of PostgreSQL have for this.
    private const string Entry =
        """
        #!/bin/sh
        set -e
        if [ "$(id -u)" = 0 ]; then
          mkdir -p /run/postgresql
          chown postgres "$PGDATA" /run/postgresql
          exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
        fi
        if [ ! -s "$PGDATA/PG_VERSION" ]; then
          printf %s "$POSTGRES_PASSWORD" >/tmp/password
          initdb --username="$POSTGRES_USER" --pwfile=/tmp/password --auth-local=trust --auth-host=scram-sha-256 --no-sync "$PGDATA" >/dev/null
          rm /tmp/password
          echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
          [ "$POSTGRES_DB" = postgres ] || echo "CREATE DATABASE \"$POSTGRES_DB\"" | postgres --single -D "$PGDATA" postgres >/dev/null
        fi
        exec postgres -c listen_addresses='*' "$@"
        """;

    // What PostgreSQL's clients begin with (protocol 3.0, SSLRequest); it answers N or S.
    private static readonly byte[] s_asksForTls = [0, 0, 0, 8, 4, 210, 22, 47];

    static TestcontainersTests() =>
        // Its own cleaner is an image of a registry's, and there is none here.
        TestcontainersSettings.ResourceReaperEnabled = false;

    [Fact]
    public async Task PostgreSql_StartsTakesScriptsAnswersAtItsPort_AndKeepsItsDataOverARestart()
    {
        string root = Path.Combine(Slip.Checkout, "out", "postgres-base.tar");
        Assert.SkipUnless(File.Exists(root), "out/postgres-base.tar is not here: eng/postgres-base.sh makes it");
        using Slipd slipd = Slipd.WithBusybox();
        slipd.Slip.Ok("import", root, "postgres-base");
        slipd.Slip.Write("database/Dockerfile", Dockerfile);
        slipd.Slip.Write("database/entry", Entry);
        slipd.Slip.Ok("build", "-q", "-t", "database", Path.Combine(slipd.Slip.Scratch, "database"));
        CancellationToken cancel = TestContext.Current.CancellationToken;

        await using PostgreSqlContainer database = new PostgreSqlBuilder("database").WithDockerEndpoint("unix://" + slipd.SocketPath).WithImagePullPolicy(PullPolicy.Never).WithAutoRemove(false).Build();
        await database.StartAsync(cancel);
        ExecResult made = await database.ExecScriptAsync("CREATE TABLE kept (x int); INSERT INTO kept VALUES (42); SELECT x + 1 FROM kept;", cancel);
        Assert.True(made.ExitCode == 0, made.Stderr);
        Assert.Contains("43", made.Stdout, StringComparison.Ordinal);
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(database.Hostname, database.GetMappedPublicPort(5432), cancel);
            await client.GetStream().WriteAsync(s_asksForTls, cancel);
            Assert.Contains((char)client.GetStream().ReadByte(), "NS");
        }
        Assert.Contains("Port=" + database.GetMappedPublicPort(5432), database.GetConnectionString(), StringComparison.Ordinal);

        await database.StopAsync(cancel);
        await database.StartAsync(cancel);
        Assert.Contains("42", (await database.ExecScriptAsync("SELECT x FROM kept;", cancel)).Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Container_WithFilesPortsWaitsAndABuild_WorksAsItIs()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string endpoint = "unix://" + slipd.SocketPath;
        slipd.Slip.Write("built/Dockerfile", "FROM busybox\nARG WORD\nRUN echo $WORD > /word\nEXPOSE 8080\n");
        CancellationToken cancel = TestContext.Current.CancellationToken;
        await using IFutureDockerImage image = new ImageFromDockerfileBuilder().WithDockerEndpoint(endpoint).WithName("built").WithDockerfileDirectory(Path.Combine(slipd.Slip.Scratch, "built")).WithBuildArgument("WORD", "said").Build();
        await image.CreateAsync(cancel);
        await using IContainer container = new ContainerBuilder("built").WithDockerEndpoint(endpoint).WithImagePullPolicy(PullPolicy.Never)
            .WithEntrypoint("sh", "-c", "trap exit TERM; echo begun; while :; do { cat /served | nc -l -p 8080; }; done")
            .WithResourceMapping("from the test\n"u8.ToArray(), "/served").WithEnvironment("A", "b").WithPortBinding(8080, true)
            .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("begun")).Build();
        await container.StartAsync(cancel);

        using (var client = new TcpClient())
        {
            await client.ConnectAsync(container.Hostname, container.GetMappedPublicPort(8080), cancel);
            using var reader = new StreamReader(client.GetStream());
            Assert.Equal("from the test", await reader.ReadLineAsync(cancel));
        }
        ExecResult said = await container.ExecAsync(["sh", "-c", "cat /word; echo $A >&2; exit 3"], cancel);
        Assert.Equal((3L, "said\n", "b\n"), (said.ExitCode, said.Stdout, said.Stderr));
        await container.CopyAsync("copied"u8.ToArray(), "/tmp/copied", ct: cancel);
        Assert.Equal("copied", Encoding.UTF8.GetString(await container.ReadFileAsync("/tmp/copied", cancel)));
        Assert.Contains("begun", (await container.GetLogsAsync(ct: cancel)).Stdout, StringComparison.Ordinal);
        await container.PauseAsync(cancel);
        Assert.Equal(TestcontainersStates.Paused, container.State);
        await container.UnpauseAsync(cancel);
        await container.StopAsync(cancel);
        Assert.Equal(TestcontainersStates.Exited, container.State);
    }

    [Fact]
    public async Task DockerDotNet_ContainersImagesNetworksVolumesAndEvents()
    {
        using Slipd slipd = Slipd.WithBusybox();
        CancellationToken cancel = TestContext.Current.CancellationToken;
        using DockerClient client = new DockerClientBuilder().WithEndpoint(new Uri("unix://" + slipd.SocketPath)).Build();
        Assert.Equal("linux", (await client.System.GetVersionAsync(cancel)).Os);
        Assert.Contains("busybox:latest", (await client.Images.ListImagesAsync(new(), cancel)).SelectMany(i => i.RepoTags ?? []));
        NetworksCreateResponse network = await client.Networks.CreateNetworkAsync(new() { Name = "dotnet" }, cancel);
        VolumeResponse volume = await client.Volumes.CreateAsync(new() { Name = "dotnet" }, cancel);
        CreateContainerResponse made = await client.Containers.CreateContainerAsync(
            new()
            {
                Image = "busybox", Name = "dotnet", Cmd = ["sh", "-c", "echo out; echo err >&2; echo x > /data/x; exit 5"], Labels = new Dictionary<string, string> { ["a"] = "b" },
                HostConfig = new() { Binds = ["dotnet:/data"], NetworkMode = "dotnet", Memory = 64 << 20 },
            },
            cancel);
        using MultiplexedStream streams = await client.Containers.AttachContainerAsync(made.ID, new() { Stream = true, Stdout = true, Stderr = true }, cancel);
        Assert.True(await client.Containers.StartContainerAsync(made.ID, new(), cancel));
        Assert.Equal(("out\n", "err\n"), await streams.ReadOutputToEndAsync(cancel));
        Assert.Equal(5, (await client.Containers.WaitContainerAsync(made.ID, cancel)).StatusCode);
        ContainerInspectResponse inspected = await client.Containers.InspectContainerAsync(made.ID, cancel);
        Assert.Equal(("exited", 5L, 64L << 20), (inspected.State!.Status.ToString().ToLowerInvariant(), inspected.State.ExitCode, inspected.HostConfig!.Memory));
        Assert.Equal(network.ID, inspected.NetworkSettings!.Networks!["dotnet"].NetworkID);
        Assert.Single(await client.Containers.ListContainersAsync(new() { All = true, Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { ["a=b"] = true } } }, cancel));
        await client.Containers.RemoveContainerAsync(made.ID, new(), cancel);
        DockerApiException gone = await Assert.ThrowsAsync<DockerContainerNotFoundException>(() => client.Containers.InspectContainerAsync(made.ID, cancel));
        Assert.Contains("No such container", gone.Message, StringComparison.Ordinal);
        await client.Networks.DeleteNetworkAsync(network.ID, cancel);
        await client.Volumes.RemoveAsync(volume.Name, false, cancel);
    }
}
