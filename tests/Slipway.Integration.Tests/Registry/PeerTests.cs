using Xunit;

namespace Slipway.Integration.Tests.Registry;

/// <summary>What others push is pulled, and what is pushed others pull.</summary>
public sealed class PeerTests
{
    [Theory]
    [InlineData("oci", "zstd")]
    [InlineData("oci", "gzip")]
    [InlineData("v2s2", "gzip")]
    public void Skopeo_InBothDirections_KeepsTheImage(string format, string compression)
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using var slip = new Slip();
        string ours = $"{registry.Host}/ours", theirs = $"{registry.Host}/theirs";
        RegistryImages.Build(slip, ours, 1 << 20, 1000);
        slip.Ok("push", ours);
        // Unpacked on the way, so that skopeo packs them itself.
        string plain = Path.Combine(slip.Scratch, "plain");
        RegistryImages.Run("skopeo", "copy", "--src-tls-verify=false", "--dest-decompress", $"docker://{ours}", $"dir:{plain}");
        RegistryImages.Run("skopeo", "copy", "--dest-tls-verify=false", "--format", format, "--dest-compress-format", compression, $"dir:{plain}", $"docker://{theirs}");
        string before = slip.Ok("image", "inspect", "--format", "{{json .RootFS}}", ours);
        RegistryImages.RemoveAll(slip);
        slip.Ok("pull", theirs);
        Assert.Equal(before, slip.Ok("image", "inspect", "--format", "{{json .RootFS}}", theirs));
        // And back, without a byte of it changed.
        string id = slip.Ok("image", "inspect", "--format", "{{.Id}}", theirs);
        slip.Ok("tag", theirs, $"{registry.Host}/again");
        slip.Ok("push", $"{registry.Host}/again");
        Assert.Contains(id, RegistryImages.Run("skopeo", "inspect", "--tls-verify=false", $"docker://{registry.Host}/again"), StringComparison.Ordinal);
        slip.Ok("system", "check");
    }

    [Fact]
    public void Index_ForSeveralPlatforms_GivesTheOneThatIsAskedFor()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using var slip = new Slip();
        string host = registry.Host, digest = PushForBoth(slip, host);
        slip.Ok("pull", $"{host}/multi");
        Assert.Equal("\"amd64\"", slip.Ok("image", "inspect", "--format", "{{json .Architecture}}", $"{host}/multi"));
        Assert.Equal($"{host}/multi@{digest}", slip.Ok("image", "inspect", "--format", "{{index .RepoDigests 0}}", $"{host}/multi@{digest}"));
        slip.Ok("pull", "--platform", "linux/arm64/v8", $"{host}/multi");
        Assert.Equal("\"arm64\"", slip.Ok("image", "inspect", "--format", "{{json .Architecture}}", $"{host}/multi"));
        Assert.Contains("no matching manifest for linux/s390x", slip.Run("pull", "--platform", "linux/s390x", $"{host}/multi").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Base_OfSeveralPlatforms_IsEachOnesOwn_AndItsNameStaysThisMachines()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using var slip = new Slip();
        string host = registry.Host, layout = Path.Combine(slip.Scratch, "both");
        PushForBoth(slip, host);
        slip.Ok("pull", $"{host}/multi");
        string context = Path.GetDirectoryName(slip.Write("context/Dockerfile", $"FROM {host}/multi\nARG TARGETARCH\nCOPY Dockerfile /$TARGETARCH\n"))!;
        slip.Ok("build", "--platform", "linux/amd64,linux/arm64", "-t", "both:1", "-o", $"type=oci,dest={layout}.tar", context);
        Assert.Equal("\"amd64\"", slip.Ok("image", "inspect", "--format", "{{json .Architecture}}", $"{host}/multi"));
        // And others read what it comes to.
        RegistryImages.Run("skopeo", "copy", "--dest-tls-verify=false", "--all", $"oci-archive:{layout}.tar", $"docker://{host}/both:1");
        foreach (string architecture in (string[])["amd64", "arm64"])
            Assert.Contains($"\"Architecture\": \"{architecture}\"", RegistryImages.Run("skopeo", "inspect", "--tls-verify=false", "--override-arch", architecture, $"docker://{host}/both:1"), StringComparison.Ordinal);
        slip.Ok("pull", "--platform", "linux/arm64", $"{host}/both:1");
        Assert.Equal("\"arm64\"", slip.Ok("image", "inspect", "--format", "{{json .Architecture}}", $"{host}/both:1"));
    }

    [Fact]
    public void Push_OfSeveralPlatforms_IsAnIndexForOthers_AndThisMachinesImageHere()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using var slip = new Slip();
        string name = $"{registry.Host}/pushed:1", digest = Path.Combine(slip.Scratch, "digest");
        string context = Path.GetDirectoryName(slip.Write("context/Dockerfile", "FROM scratch\nARG TARGETARCH\nCOPY Dockerfile /$TARGETARCH\n"))!;
        string[] several = ["build", "--platform", "linux/arm64,linux/amd64", "--iidfile", digest, "--push"];
        Assert.Contains("tag is needed when pushing", slip.Run([.. several, context]).Errors, StringComparison.Ordinal);
        slip.Ok([.. several, "-t", name, "-t", $"{registry.Host}/elsewhere:2", context]);
        foreach (string architecture in (string[])["amd64", "arm64"])
            Assert.Contains($"\"Architecture\": \"{architecture}\"", RegistryImages.Run("skopeo", "inspect", "--tls-verify=false", "--override-arch", architecture, $"docker://{name}"), StringComparison.Ordinal);
        Assert.Contains(File.ReadAllText(digest), RegistryImages.Run("skopeo", "inspect", "--tls-verify=false", $"docker://{registry.Host}/elsewhere:2"), StringComparison.Ordinal);

        // Clients push once more what they asked to be pushed: this machine's image alone doesn't take the place of all.
        Assert.Contains(File.ReadAllText(digest), slip.Ok("push", name), StringComparison.Ordinal);
        Assert.Contains("\"Architecture\": \"arm64\"", RegistryImages.Run("skopeo", "inspect", "--tls-verify=false", "--override-arch", "arm64", $"docker://{name}"), StringComparison.Ordinal);

        // As whoever pulls it has it.
        string[] built = [.. ((string[])["{{.Id}}", "{{.Architecture}}", "{{json .RepoDigests}}"]).Select(format => slip.Ok("image", "inspect", "--format", format, name).Trim())];
        Assert.Equal("amd64", built[1]);
        Assert.Contains($"{registry.Host}/pushed@{File.ReadAllText(digest)}", built[2], StringComparison.Ordinal);
        RegistryImages.RemoveAll(slip);
        slip.Ok("pull", name);
        Assert.Equal(built[0], slip.Ok("image", "inspect", "--format", "{{.Id}}", name).Trim());
        slip.Ok("system", "check");
        // Another image of that name does.
        slip.Ok("build", "-t", name, "--label", "a=b", context);
        slip.Ok("push", name);
        Assert.NotEqual(0, slip.Run("pull", "--platform", "linux/arm64", name).ExitCode);
    }

    [Fact]
    public void Push_OfSeveralPlatformsWithoutThisMachines_LeavesNoImageHere()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using var slip = new Slip();
        string name = $"{registry.Host}/pushed:1", context = Path.GetDirectoryName(slip.Write("context/Dockerfile", "FROM scratch\nARG TARGETARCH\nCOPY Dockerfile /$TARGETARCH\n"))!;
        slip.Ok("build", "--platform", "linux/arm64,linux/s390x", "--push", "-t", name, context);
        Assert.Equal("", slip.Ok("images", "-aq"));
        Assert.Contains("\"Architecture\": \"s390x\"", RegistryImages.Run("skopeo", "inspect", "--tls-verify=false", "--override-arch", "s390x", $"docker://{name}"), StringComparison.Ordinal);
        Assert.NotEqual(0, slip.Run("build", "--platform", "linux/arm64,linux/s390x", "--push", "-t", "127.0.0.1:1/nobody:1", context).ExitCode);
        Assert.Equal("", slip.Ok("images", "-aq"));
    }

    private static string PushForBoth(Slip slip, string host)
    {
        (string arm, string amd) = (PushFor(slip, host, "arm64"), PushFor(slip, host, "amd64"));
        string digest = PutManifest(host, "multi", "latest", $$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{{arm}},{{amd}}]}
            """);
        RegistryImages.RemoveAll(slip);
        return digest;
    }

    // An image for an architecture as its line of an index.
    private static string PushFor(Slip slip, string host, string architecture)
    {
        string name = $"{host}/multi:{architecture}";
        RegistryImages.Build(slip, name, 1000);
        slip.Ok("push", name);
        string layout = Path.Combine(slip.Scratch, architecture);
        RegistryImages.Run("skopeo", "copy", "--src-tls-verify=false", $"docker://{name}", $"oci:{layout}:x");
        RegistryImages.Run("umoci", "config", "--image", $"{layout}:x", "--architecture", architecture);
        RegistryImages.Run("skopeo", "copy", "--dest-tls-verify=false", $"oci:{layout}:x", $"docker://{name}");
        using var client = new HttpClient();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "application/vnd.oci.image.manifest.v1+json");
        byte[] manifest = client.GetByteArrayAsync(new Uri($"http://{host}/v2/multi/manifests/{architecture}")).Result;
        string digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(manifest));
        return $$$"""{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:{{{digest}}}","size":{{{manifest.Length}}},"platform":{"os":"linux","architecture":"{{{architecture}}}"}}""";
    }

    private static string PutManifest(string host, string repository, string tag, string document)
    {
        using var client = new HttpClient();
        using var content = new StringContent(document, new System.Net.Http.Headers.MediaTypeHeaderValue("application/vnd.oci.image.index.v1+json"));
        using HttpResponseMessage response = client.PutAsync(new Uri($"http://{host}/v2/{repository}/manifests/{tag}"), content).Result;
        Assert.True(response.IsSuccessStatusCode, response.Content.ReadAsStringAsync().Result);
        return response.Headers.GetValues("Docker-Content-Digest").Single();
    }
}
