using System.Globalization;
using Slipway.Linux;
using Slipway.Oci;

namespace Slipway.Build.Dockerfile;

/// <summary>Reads the value of <c>RUN --mount</c>: <c>type=cache,target=/root/.cache,sharing=locked</c>.</summary>
internal static class MountReader
{
    private static readonly string[] s_keys =
    [
        "type", "from", "source", "src", "target", "dst", "destination", "readonly", "ro", "readwrite", "rw", "id", "sharing", "required", "size",
        "mode", "uid", "gid", "env",
    ];

    private static readonly string[] s_kinds = ["bind", "cache", "tmpfs", "secret", "ssh"];
    private static readonly string[] s_sharings = ["shared", "private", "locked"];

    /// <summary>What <c>from=</c> says, which the graph must know before any variable has a value; null where it says nothing.</summary>
    /// <exception cref="FormatException">Not comma-separated, or a variable in <c>from</c>.</exception>
    public static string? From(string text)
    {
        string? from = null;
        foreach (string field in CsvFields.Read(text))
        {
            if (Split(field) is ("from", { Length: > 0 } value))
                from = value;
        }
        return from?.Contains('$', StringComparison.Ordinal) == true
            ? throw new FormatException("'from' doesn't support variable expansion, define alias stage instead")
            : from;
    }

    /// <summary>Reads it with the variables' values.</summary>
    /// <exception cref="FormatException">Not the grammar, or options that don't go together.</exception>
    public static RunMount Read(string text, Func<string, string> expand)
    {
        IReadOnlyList<(string Key, string? Value)> fields = [.. CsvFields.Read(text).Select(Split)];
        string type = fields.LastOrDefault(field => field.Key == "type").Value is { } given ? expand(given).ToLowerInvariant() : "bind";
        int kind = Array.IndexOf(s_kinds, type);
        if (kind < 0)
            throw new FormatException($"unsupported mount type '{Printable.Escape(type)}'{Suggestion.For(type, s_kinds)}: want {string.Join(", ", s_kinds)}");
        var mount = new RunMount { Kind = (MountKind)kind };
        bool? readOnly = null;
        foreach ((string key, string? value) in fields)
        {
            if (key is "readonly" or "ro" or "readwrite" or "rw")
                readOnly = Bool(key, value, expand) == key is "readonly" or "ro";
            else
                mount = With(mount, key, value is null ? null : key == "from" ? value : expand(value), type);
        }
        mount = mount with { IsReadOnly = readOnly ?? mount.Kind is not (MountKind.Cache or MountKind.Tmpfs) };
        Check(mount, fields, type);
        return mount;
    }

    private static RunMount With(RunMount mount, string key, string? value, string type)
    {
        if (value is null && key != "required")
            throw new FormatException(s_keys.Contains(key) ? $"'{key}' of a mount needs a value" : Unknown(key));
        return key switch
        {
            "type" => mount,
            "from" => mount with { From = value },
            "source" or "src" => mount with { Source = value! },
            "target" or "dst" or "destination" => mount with { Target = value! },
            "required" when mount.Kind is MountKind.Secret or MountKind.Ssh => mount with { IsRequired = value is null || Truth(key, value) },
            "size" when mount.Kind == MountKind.Tmpfs => mount with { Size = Size(value!) },
            "required" or "size" => throw new FormatException($"'{key}' means nothing for mounts of type {type}"),
            "id" => mount with { Id = value! },
            "sharing" => mount with { Sharing = Sharing(value!) },
            "mode" => mount with { Mode = Number(key, value!, octal: true) },
            "uid" => mount with { Uid = Number(key, value!, octal: false) },
            "gid" => mount with { Gid = Number(key, value!, octal: false) },
            "env" => mount with { Env = value },
            _ => throw new FormatException(Unknown(key)),
        };
    }

    private static void Check(RunMount mount, IReadOnlyList<(string Key, string? Value)> fields, string type)
    {
        bool Has(string key) => fields.Any(field => field.Key == key);
        if (mount.Kind is MountKind.Bind or MountKind.Tmpfs && (string[])["mode", "uid", "gid"] is var files && Array.Find(files, Has) is { } wrong)
            throw new FormatException($"'{wrong}' means nothing for mounts of type {type}");
        if (Has("sharing") && mount.Kind != MountKind.Cache)
            throw new FormatException($"'sharing' means nothing for mounts of type {type}");
        if (mount.Kind is MountKind.Secret && mount.From is not null)
            throw new FormatException("a secret is the caller's: it has no 'from'");
        if (mount.Kind is MountKind.Secret && mount is { Source: "", Target: "", Id: "" })
            throw new FormatException("a secret needs an id");
        if (mount.Kind is MountKind.Secret && mount.Source.Length > 0 && mount.Id.Length > 0)
            throw new FormatException("a secret has an id or a source, not both");
        if (mount.Kind is MountKind.Ssh && mount.Source.Length > 0)
            throw new FormatException("an ssh mount has no source");
        if (mount.Kind is MountKind.Bind or MountKind.Cache or MountKind.Tmpfs && mount.Target.Length == 0)
            throw new FormatException($"a mount of type {type} needs a target");
        if (mount.Env is not null && mount.Kind != MountKind.Secret)
            throw new FormatException($"'env' means nothing for mounts of type {type}");
    }

    private static (string Key, string? Value) Split(string field)
    {
        int equals = field.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (field.Trim().ToLowerInvariant(), null) : (field[..equals].Trim().ToLowerInvariant(), field[(equals + 1)..]);
    }

    private static string Unknown(string key) => $"unexpected key '{Printable.Escape(key)}' in a mount{Suggestion.For(key, s_keys)}";

    private static bool Bool(string key, string? value, Func<string, string> expand) => value is null || Truth(key, expand(value));

    private static bool Truth(string key, string value) => value.ToLowerInvariant() switch
    {
        "1" or "t" or "true" => true,
        "0" or "f" or "false" => false,
        _ => throw new FormatException($"invalid value for {key}: '{Printable.Escape(value)}': want true or false"),
    };

    private static CacheSharing Sharing(string value)
    {
        int sharing = Array.IndexOf(s_sharings, value.ToLowerInvariant());
        return sharing >= 0
            ? (CacheSharing)sharing
            : throw new FormatException($"unsupported sharing '{Printable.Escape(value)}'{Suggestion.For(value, s_sharings)}: want {string.Join(", ", s_sharings)}");
    }

    private static long Size(string value)
    {
        try
        {
            return SizeText.Parse(value);
        }
        catch (SlipwayException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    private static uint Number(string key, string value, bool octal)
    {
        uint number = 0;
        bool valid = octal
            ? value.Length is > 0 and <= 5 && value.All(c => c is >= '0' and <= '7') && (number = Convert.ToUInt32(value, 8)) <= 4095
            : uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number != uint.MaxValue;
        return valid ? number : throw new FormatException($"invalid value for {key}: '{Printable.Escape(value)}': want {(octal ? "octal digits, at most 7777" : "a number below 2^32 - 1")}");
    }
}
