using System.Runtime.InteropServices;

namespace Slipway.Oci.Image;

/// <summary>Operating system and processor that an image is for (image-spec, image-index.md), in Go's names.</summary>
public sealed record Platform
{
    public required string Architecture { get; init; }
    public required string OS { get; init; }
    public string? OSVersion { get; init; }
    public string? Variant { get; init; }

    /// <summary>This machine's.</summary>
    public static Platform Host { get; } = new()
    {
        OS = "linux",
        Architecture = RuntimeInformation.ProcessArchitecture switch
        {
            System.Runtime.InteropServices.Architecture.X64 => "amd64",
            System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
            var other => other.ToString().ToLowerInvariant(),
        },
    };

    private static readonly string[] s_architectures =
        ["386", "amd64", "arm", "arm64", "loong64", "mips", "mipsle", "mips64", "mips64le", "ppc64", "ppc64le", "riscv64", "s390x", "sparc64", "wasm"];

    // GOOS, as far as images are made for any of them: one word that is none of these is an architecture.
    private static readonly string[] s_systems = ["linux", "windows", "darwin", "freebsd", "netbsd", "openbsd", "dragonfly", "solaris", "illumos", "android", "plan9", "wasip1"];

    /// <summary>Reads <c>os/architecture[/variant]</c>, or an architecture alone, in the words of Go, uname or Debian (containerd's normal forms).</summary>
    /// <exception cref="SlipwayException">InvalidArgument.</exception>
    public static Platform Parse(string text)
    {
        string[] parts = text.ToLowerInvariant().Split('/');
        if (parts.Length is < 1 or > 3 || !parts.All(IsWord))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid platform '{Shown(text)}': {(parts.Length > 3 ? "" : $"'{Shown(parts.First(p => !IsWord(p)))}' is an invalid component: ")}want os/architecture[/variant]");
        if (parts[0] == "macos")
            parts[0] = "darwin";
        (string os, string architecture, string? variant) = parts.Length switch
        {
            1 when s_systems.Contains(parts[0]) => (parts[0], Host.Architecture, Host.Variant),
            1 => (Host.OS, parts[0], null),
            2 => (parts[0], parts[1], null),
            _ => (parts[0], parts[1], parts[2]),
        };
        (architecture, string? implied) = Normal(architecture);
        // One word alone must be one that there is: else a mistake would be an architecture that nothing was made for.
        if (parts.Length == 1 && !s_architectures.Contains(architecture))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"\"{text}\": unknown operating system or architecture");
        return new Platform { OS = os, Architecture = architecture, Variant = variant ?? implied };
    }

    /// <summary>Reads several with commas between them, each once; none of an empty text.</summary>
    /// <inheritdoc cref="Parse"/>
    public static IReadOnlyList<Platform> ParseList(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse).Distinct()];

    /// <summary>
    /// How well something made for <paramref name="other"/> runs here: 0 not at all, more is better. Without a variant arm64 is v8 and arm is v7;
    /// a processor runs what was made for an older variant, and of those the newest is the best.
    /// </summary>
    public int Score(Platform? other)
    {
        if (other is null || other.OS != OS)
            return 0;
        (string mine, int own) = Level(this);
        (string theirs, int wanted) = Level(other);
        // 64-bit ARM processors are not asked to run 32-bit programs: not all of them can.
        return mine == theirs && wanted <= own ? 1 + wanted : 0;
    }

    private static (string Architecture, int Level) Level(Platform platform)
    {
        (string architecture, string? implied) = Normal(platform.Architecture.ToLowerInvariant());
        string variant = platform.Variant ?? implied ?? "";
        int level = variant.Length is 2 or 3 && variant[0] == 'v' && int.TryParse(variant.AsSpan(1), System.Globalization.NumberStyles.None, null, out int number) ? number : 0;
        return (architecture, level != 0 ? level : architecture switch { "arm" => 7, "arm64" => 8, "amd64" => 1, _ => 0 });
    }

    private static (string Architecture, string? Variant) Normal(string architecture) => architecture switch
    {
        "x86_64" or "x86-64" => ("amd64", null),
        "aarch64" => ("arm64", null),
        "armhf" => ("arm", "v7"),
        "armel" => ("arm", "v6"),
        "i386" or "i686" => ("386", null),
        _ => (architecture, null),
    };

    private static string Shown(string text) => text.Length <= 80 ? text : text[..80];

    private static bool IsWord(string part) => part.Length is > 0 and <= 32 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    /// <inheritdoc/>
    public override string ToString() => Variant is null ? $"{OS}/{Architecture}" : $"{OS}/{Architecture}/{Variant}";
}
