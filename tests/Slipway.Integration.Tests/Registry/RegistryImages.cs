using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Xunit;

namespace Slipway.Integration.Tests.Registry;

/// <summary>Images of random files, and how they get to a registry and what is there.</summary>
internal static class RegistryImages
{
    /// <summary>Builds an image of one layer a size, in bytes; nothing in them can be packed any smaller.</summary>
    public static void Build(Slip slip, string name, params int[] layers)
    {
        string context = Directory.CreateDirectory(Path.Combine(slip.Scratch, "context-" + Guid.NewGuid().ToString("N"))).FullName;
        var lines = new List<string> { "FROM scratch" };
        for (int i = 0; i < layers.Length; i++)
        {
            File.WriteAllBytes(Path.Combine(context, $"file{i}"), RandomNumberGenerator.GetBytes(layers[i]));
            lines.Add($"COPY file{i} /");
        }
        File.WriteAllLines(Path.Combine(context, "Dockerfile"), lines);
        slip.Ok("build", "-q", "-t", name, context);
    }

    /// <summary>Removes every image, so that nothing of them is left in the store.</summary>
    public static void RemoveAll(Slip slip)
    {
        foreach (string id in slip.Ok("images", "-q", "--no-trunc").Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct())
            slip.Ok("rmi", "-f", id);
    }

    /// <summary>Runs another program; fails the test where it doesn't succeed.</summary>
    public static string Run(string program, params string[] args)
    {
        using Process process = Process.Start(new ProcessStartInfo(Needs.Program(program), args) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', args)}: exit {process.ExitCode}\n{output}\n{errors.Result}");
        return output;
    }

    /// <summary>Bytes of an image's blobs, by its manifest: what a pull has to fetch.</summary>
    public static long SizeOf(DockerRegistry registry, string repository)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "application/vnd.oci.image.manifest.v1+json");
        using JsonDocument manifest = JsonDocument.Parse(client.GetStringAsync(new Uri($"http://{registry.Host}/v2/{repository}/manifests/latest")).Result);
        return manifest.RootElement.GetProperty("layers").EnumerateArray().Append(manifest.RootElement.GetProperty("config")).Sum(d => d.GetProperty("size").GetInt64());
    }

    /// <summary>Bytes below content/ingest.</summary>
    public static long Kept(Slip slip) => new DirectoryInfo(Path.Combine(slip.DataRoot, "content/ingest")).EnumerateFiles().Sum(f => f.Length);
}
