using System.Globalization;
using System.Text;

namespace Slipway.Bench.Builds;

/// <summary>What is built: made once, alike for all engines.</summary>
/// <param name="directory">Where.</param>
internal sealed class BuildContexts(string directory)
{
    private const int Files = 20_000, FilesInADirectory = 100, Bytes = 7_500, Seed = 20_000;
    private int _changes;

    /// <summary>Ten small RUN.</summary>
    public string Ten => Path.Combine(directory, "ten");

    /// <summary>20,000 files, 150 MB.</summary>
    public string Many => Path.Combine(directory, "many");

    /// <summary>Four stages that sleep for a second.</summary>
    public string Sleeps => Path.Combine(directory, "sleeps");

    /// <summary>Makes all of them.</summary>
    /// <param name="image">The base image, as every engine knows it.</param>
    public void Make(string image)
    {
        Write(Ten, $"FROM {image}\n" + string.Concat(Enumerable.Range(0, 10).Select(i => $"RUN echo {i} > /file{i}\n")));
        string stages = string.Concat("abcd".Select(stage => $"FROM {image} AS {stage}\nRUN sleep 1; echo {stage} > /{stage}\n"));
        Write(Sleeps, stages + $"FROM {image}\n" + string.Concat("abcd".Select(stage => $"COPY --from={stage} /{stage} /\n")));
        Write(Many, $"FROM {image}\nCOPY files /files\n");
        var random = new Random(Seed);
        byte[] content = new byte[Bytes];
        for (int i = 0; i < Files; i++)
        {
            Fill(content, random);
            string path = PathOf(i);
            if (i % FilesInADirectory == 0)
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }
    }

    /// <summary>Gives one file, another each time, a content that it never had.</summary>
    public void Change() => File.WriteAllText(PathOf(_changes * 37 % Files), string.Create(CultureInfo.InvariantCulture, $"changed {_changes++} {Guid.NewGuid()}\n"));

    private string PathOf(int i) => Path.Combine(Many, "files", $"{i / FilesInADirectory:000}", $"{i:00000}.txt");

    // Packs about as well as program text does.
    private static void Fill(byte[] content, Random random)
    {
        ReadOnlySpan<byte> letters = "aaeeiioottnnss rrllddcc\num(){}=;"u8;
        for (int i = 0; i < content.Length; i++)
            content[i] = letters[random.Next(letters.Length)];
        for (int i = 0; i + 32 < content.Length; i += 64)
            "    return this.value.Length;\n  "u8[..32].CopyTo(content.AsSpan(i));
    }

    private static void Write(string context, string dockerfile)
    {
        Directory.CreateDirectory(context);
        File.WriteAllText(Path.Combine(context, "Dockerfile"), dockerfile, Encoding.ASCII);
    }
}
