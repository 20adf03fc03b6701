using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>BuildKit's builds for clients from before buildx: docker 20.10 with DOCKER_BUILDKIT=1, and libraries that say version 2.</summary>
public sealed class TracedBuildTests
{
    private const string OlderClient = "/usr/bin/docker";

    [Fact]
    public void Build_OfAnOlderClient_HasBuildKitsProgressSecretsAndOutputs()
    {
        using Slipd slipd = Slipd.WithBusybox();
        RequireOlderClient(slipd);
        slipd.Slip.Write("secret", "hidden");
        slipd.Slip.Write("ctx/data", "from the client\n");
        slipd.Slip.Write("ctx/skipped", "x");
        slipd.Slip.Write("ctx/.dockerignore", "skipped\n");
        slipd.Slip.Write("ctx/Dockerfile", "FROM busybox AS made\nARG WORD\nCOPY . /ctx/\nRUN --mount=type=secret,id=s sha256sum < /run/secrets/s > /sum; echo $WORD > /word\nFROM scratch AS files\nCOPY --from=made /word /word\nFROM made\n");
        Slip.Result built = Build(slipd, null, "-t", "older:1", "--build-arg", "WORD=said", "--secret", "id=s,src=secret", "--iidfile", "iid", "ctx");
        Assert.True(built.ExitCode == 0, built.Errors);
        Assert.Contains("[made 3/3] RUN --mount=type=secret", built.Errors, StringComparison.Ordinal);
        Assert.Equal(slipd.DockerOk("inspect", "-f", "{{.Id}}", "older:1"), File.ReadAllText(Path.Combine(slipd.Slip.Scratch, "iid")));
        Assert.Equal("from the client\nsaid", slipd.DockerOk("run", "--rm", "older:1", "cat", "/ctx/data", "/word"));
        Assert.Equal("data", slipd.DockerOk("run", "--rm", "older:1", "ls", "/ctx").Replace("Dockerfile\n", "", StringComparison.Ordinal));
        Slip.Result files = Build(slipd, null, "--target", "files", "--build-arg", "WORD=said", "-o", "out", "ctx");
        Assert.True(files.ExitCode == 0, files.Errors);
        Assert.Equal("said\n", File.ReadAllText(Path.Combine(slipd.Slip.Scratch, "out", "word")));
    }

    [Fact]
    public void Build_OfAnOlderClientsInput_IsAnArchiveOrADockerfile()
    {
        using Slipd slipd = Slipd.WithBusybox();
        RequireOlderClient(slipd);
        Slip.Result text = Build(slipd, "FROM busybox\nRUN echo text > /what\n"u8.ToArray(), "-t", "text", "-");
        Assert.True(text.ExitCode == 0, text.Errors);
        Slip.Result archive = Build(slipd, Archive("FROM busybox\nRUN echo archive > /what\n"), "-t", "archive", "-");
        Assert.True(archive.ExitCode == 0, archive.Errors);
        Assert.Equal("text", slipd.DockerOk("run", "--rm", "text", "cat", "/what"));
        Assert.Equal("archive", slipd.DockerOk("run", "--rm", "archive", "cat", "/what"));
    }

    [Fact]
    public void Build_OfAnOlderClient_ThatFails_SaysWhereAndWhy()
    {
        using Slipd slipd = Slipd.WithBusybox();
        RequireOlderClient(slipd);
        slipd.Slip.Write("ctx/Dockerfile", "FROM busybox\nRUN echo before; exit 7\n");
        Slip.Result failed = Build(slipd, null, "ctx");
        Assert.NotEqual(0, failed.ExitCode);
        Assert.Contains("before", failed.Errors, StringComparison.Ordinal);
        Assert.Contains("exit code: 7", failed.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_WithoutASession_TellsTracesAndTheImage()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string[] told = await SendAsync(slipd, "t=lib&buildargs=" + Uri.EscapeDataString("""{"WORD":"given"}"""), "FROM busybox\nARG WORD\nRUN echo $WORD > /word\n");
        JsonNode[] items = [.. told.Select(line => JsonNode.Parse(line)!)];
        Assert.Contains(items, item => (string?)item["id"] == "moby.buildkit.trace" && Encoding.UTF8.GetString(Convert.FromBase64String((string)item["aux"]!)).Contains("RUN echo $WORD", StringComparison.Ordinal));
        JsonNode last = items[^1];
        Assert.Equal("moby.image.id", (string?)last["id"]);
        Assert.Equal(slipd.DockerOk("inspect", "-f", "{{.Id}}", "lib"), (string?)last["aux"]!["ID"]);
        Assert.Equal("given", slipd.DockerOk("run", "--rm", "lib", "cat", "/word"));

        string[] failed = await SendAsync(slipd, "", "FROM busybox\nRUN exit 3\n");
        Assert.Contains("exit code: 3", (string?)JsonNode.Parse(failed[^1])!["error"], StringComparison.Ordinal);
        Assert.Contains("session", (await SendAsync(slipd, "outputs=" + Uri.EscapeDataString("""[{"Type":"local","Attrs":{"dest":"x"}}]"""), "FROM busybox\n"))[^1], StringComparison.Ordinal);
        Assert.Contains("session", (await SendAsync(slipd, "session=nosuch&remote=client-session", "FROM busybox\n"))[^1], StringComparison.Ordinal);
    }

    // dockerode's: it offers credentials, and sends the context as ever.
    [Fact]
    public async Task Build_WithASessionThatHasNoFiles_TakesTheBody()
    {
        using Slipd slipd = Slipd.WithBusybox();
        using System.Net.Sockets.Socket session = slipd.Connect();
        session.Send("POST /session HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nX-Docker-Expose-Session-Uuid: s\r\n\r\n"u8);
        session.Send("\0\0\0\u0004\0\0\0\0\0"u8);
        string[] told = await SendAsync(slipd, "t=lib&session=s", "FROM busybox\nRUN echo sent > /word\n");
        Assert.Equal("moby.image.id", (string?)JsonNode.Parse(told[^1])!["id"]);
        Assert.Equal("sent", slipd.DockerOk("run", "--rm", "lib", "cat", "/word"));
    }

    // Debian 12's, with nothing of buildx beside it.
    private static void RequireOlderClient(Slipd slipd) =>
        Assert.SkipUnless(File.Exists(OlderClient) && slipd.Run([], OlderClient, "--version").Output.Contains(" 20.", StringComparison.Ordinal), "the docker of this host's packages has BuildKit by buildx only");

    private static Slip.Result Build(Slipd slipd, byte[]? input, params string[] args) => slipd.Run(input, ["env", "DOCKER_BUILDKIT=1", OlderClient, "build", "--progress", "plain", .. args]);

    private static byte[] Archive(string dockerfile)
    {
        using var tar = new MemoryStream();
        using (var writer = new System.Formats.Tar.TarWriter(tar, leaveOpen: true))
            writer.WriteEntry(new System.Formats.Tar.UstarTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "Dockerfile") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(dockerfile)) });
        return tar.ToArray();
    }

    private static async Task<string[]> SendAsync(Slipd slipd, string query, string dockerfile)
    {
        using var body = new ByteArrayContent(Archive(dockerfile));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
        using HttpResponseMessage answer = await slipd.Http.PostAsync($"/v1.41/build?version=2&{query}", body, TestContext.Current.CancellationToken);
        return (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
