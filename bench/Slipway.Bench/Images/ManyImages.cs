using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Slipway.Bench.Images;

/// <summary>Many small images on one layer: does the last cost what the first did, and how long does a list of them take.</summary>
internal static class ManyImages
{
    private const int InARow = 200, Listed = 500, Window = 10;

    public static void Run(string slip, string work, int rounds, Report report)
    {
        string data = Path.Combine(work, "many");
        Directory.CreateDirectory(data);
        string[] command = [slip, "--data-root", Path.Combine(data, "store"), "--run-root", Path.Combine(data, "run")];
        report.Line($"\n{InARow} images of one layer and one of their own, one after another");
        Print("load", Load(command, data), report);
        double[] removals = [.. Enumerable.Range(0, InARow).Select(i => Time([.. command, "rmi", $"many:{i}"]))];
        Print("rmi", removals, report);
        Load(command, data);
        double[] prunes = [.. Enumerable.Range(0, InARow).Select(i =>
        {
            Time([.. command, "untag", $"many:{i}"]);
            return Time([.. command, "image", "prune", "-f"]);
        })];
        Print("prune", prunes, report);
        Time([.. command, "load", "-q", "-i", Archive(data, 0, Listed)]);
        report.Table($"{Listed} images: list", Interleaved.Run([new("images", [.. command, "images"]), new("images -q", [.. command, "images", "-q"])], rounds), "images");
        report.Line(string.Create(CultureInfo.InvariantCulture, $"  all of them removed by one command: {Time([.. command, "rmi", .. Enumerable.Range(0, Listed).Select(i => $"many:{i}")]):0} ms"));
    }

    private static double[] Load(string[] command, string data) =>
        [.. Enumerable.Range(0, InARow).Select(i => Time([.. command, "load", "-q", "-i", Archive(data, i, 1)]))];

    private static void Print(string verb, double[] times, Report report) => report.Line(string.Create(CultureInfo.InvariantCulture,
        $"  {verb,-6}first {Window}: median {Median(times[..Window]):0.00} ms, last {Window}: median {Median(times[^Window..]):0.00} ms"));

    private static double Time(string[] argv) => new Command("slip", argv).Time() ?? throw new InvalidOperationException($"{string.Join(' ', argv.Take(8))} failed");

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    // A docker archive.
    private static string Archive(string directory, int first, int count)
    {
        string path = Path.Combine(directory, "archive.tar");
        using var tar = new TarWriter(File.Create(path), TarEntryFormat.Ustar);
        byte[] shared = Layer("shared", 1 << 20);
        Add(tar, "shared/layer.tar", shared);
        var images = new List<string>();
        for (int i = first; i < first + count; i++)
        {
            byte[] own = Layer($"own-{i}", 1024);
            Add(tar, $"{i}/layer.tar", own);
            Add(tar, $"{i}.json", Encoding.UTF8.GetBytes($$$"""{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["{{{Digest(shared)}}}","{{{Digest(own)}}}"]}}"""));
            images.Add($$$"""{"Config":"{{{i}}}.json","RepoTags":["many:{{{i}}}"],"Layers":["shared/layer.tar","{{{i}}}/layer.tar"]}""");
        }
        Add(tar, "manifest.json", Encoding.UTF8.GetBytes($"[{string.Join(',', images)}]"));
        return path;
    }

    private static byte[] Layer(string name, int size)
    {
        var content = new MemoryStream();
        using (var tar = new TarWriter(content, TarEntryFormat.Ustar, leaveOpen: true))
            Add(tar, name, new byte[size]);
        return content.ToArray();
    }

    private static void Add(TarWriter tar, string name, byte[] content) =>
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { ModificationTime = DateTimeOffset.UnixEpoch, DataStream = new MemoryStream(content) });

    private static string Digest(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));
}
