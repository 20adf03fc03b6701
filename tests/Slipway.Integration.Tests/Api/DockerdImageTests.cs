using System.Text;
using System.Text.Json.Nodes;
using Slipway.Integration.Tests.Registry;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>What moby's own integration tests ask of a daemon, as far as they found this one to differ: images.</summary>
public sealed class DockerdImageTests
{
    [Fact]
    public void Images_BuiltWithoutATime_AreAsOldAsTheirComing()
    {
        using Slipd slipd = Slipd.WithBusybox();
        string context = Directory.CreateDirectory(Path.Combine(slipd.Slip.Scratch, "context")).FullName;
        File.WriteAllText(Path.Combine(context, "Dockerfile"), "FROM busybox\nRUN true\n");
        slipd.DockerOk("build", "-t", "fresh", context);
        JsonNode line = slipd.Get("/images/json").AsArray().Single(i => (string?)i!["RepoTags"]?[0] == "fresh:latest")!;
        Assert.InRange((long)line["Created"]!, DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeSeconds(), DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds());
        // The image itself says what it always does.
        Assert.StartsWith("1970-01-01T00:00:00", (string)slipd.Get("/images/fresh/json")["Created"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_FilteredByReference_ShowOnlyTheNamesThatFit()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("tag", "busybox", "some:a");
        slipd.DockerOk("tag", "busybox", "some:b");
        slipd.DockerOk("tag", "busybox", "other:a");
        JsonArray list = slipd.Get("/images/json?filters={\"reference\":[\"some:a\",\"some:b\"]}").AsArray();
        Assert.Equal(["some:a", "some:b"], Assert.Single(list)!["RepoTags"]!.AsArray().Select(t => (string)t!));
        // Nor the digests: clients make a line of each that has none.
        using (DockerRegistry registry = DockerRegistry.Start())
        {
            string pushed = $"127.0.0.1:{registry.Port}/pushed";
            slipd.DockerOk("tag", "busybox", pushed);
            slipd.DockerOk("push", pushed);
            Assert.Empty(slipd.Get("/images/json?filters={\"reference\":[\"some\"]}")[0]!["RepoDigests"]!.AsArray());
            foreach (string pattern in (string[])[pushed, pushed + "@sha256:*"])
                Assert.StartsWith(pushed + "@", (string)Assert.Single(slipd.Get($"/images/json?filters={{\"reference\":[\"{pattern}\"]}}")[0]!["RepoDigests"]!.AsArray())!, StringComparison.Ordinal);
        }
        // A name without a tag is every tag of it.
        byte[] saved = await slipd.Http.GetByteArrayAsync("/images/get?names=some", TestContext.Current.CancellationToken);
        string manifest = Encoding.UTF8.GetString(Content(new MemoryStream(saved), "manifest.json"));
        Assert.Equal(["some:a", "some:b"], JsonNode.Parse(manifest)!.AsArray().SelectMany(i => i!["RepoTags"]!.AsArray()).Select(t => (string)t!).Order(StringComparer.Ordinal));
        Assert.Contains("ambiguous", slipd.Send("POST", "/images/busybox/tag?repo=sha256&tag=x").Body, StringComparison.Ordinal);
        Assert.Equal(201, slipd.Send("POST", "/images/busybox/tag?repo=sha&tag=x").Status);
    }

    [Fact]
    public void Import_OfNothing_IsAnEmptyImage()
    {
        using Slipd slipd = Slipd.WithBusybox();
        Assert.Equal(200, slipd.Send("POST", "/images/create?fromSrc=-&repo=empty", "").Status);
        Assert.Single(slipd.Get("/images/empty/json")["RootFS"]!["Layers"]!.AsArray());
    }

    private static byte[] Content(Stream tar, string name)
    {
        using var reader = new System.Formats.Tar.TarReader(tar);
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            if (entry.Name != name)
                continue;
            using var copy = new MemoryStream();
            entry.DataStream!.CopyTo(copy);
            return copy.ToArray();
        }
        return [];
    }
}
