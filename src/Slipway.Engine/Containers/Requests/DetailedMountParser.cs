using Slipway.Build.Dockerfile;
using Slipway.Oci;

namespace Slipway.Engine.Containers.Requests;

/// <summary>Reads <c>--mount</c>: <c>type=bind,src=/host,dst=/path,readonly</c>, in any order, a line of comma separated values.</summary>
public sealed class DetailedMountParser
{
    private readonly IReadOnlyList<string> _fields;
    private readonly string _text, _prefix;
    private readonly Dictionary<string, string> _labels = [], _options = [];
    private readonly List<string> _tmpfs = [];
    private readonly HashSet<string> _families = [];
    private string _type = "volume", _source = "", _recursive = "enabled";
    private string? _target, _driver;
    private MountRequest _mount = new(MountKind.Volume, "", "", ReadOnly: false) { IsDetailed = true };

    private DetailedMountParser(IReadOnlyList<string> fields, string text, string prefix)
    {
        _fields = fields;
        _text = text;
        _prefix = prefix;
    }

    /// <summary>Reads one value.</summary>
    /// <exception cref="SlipwayException">InvalidArgument, in docker's words.</exception>
    public static MountRequest Parse(string text) => new DetailedMountParser(CsvFields.Read(text), text, $"invalid argument \"{text}\" for \"--mount\" flag: ").Read();

    /// <summary>Reads one mount whose fields are apart already.</summary>
    /// <exception cref="SlipwayException">InvalidArgument, in docker's words.</exception>
    public static MountRequest Parse(IReadOnlyList<string> fields) => new DetailedMountParser(fields, string.Join(',', fields), "invalid mount config: ").Read();

    private MountRequest Read()
    {
        foreach (string field in _fields)
        {
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            string key = (equals < 0 ? field : field[..equals]).Trim().ToLowerInvariant();
            string? value = equals < 0 ? null : field[(equals + 1)..];
            if (key.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash)
                _families.Add(key[..dash]);
            if (!TakeFlag(key, value) && !TakeValue(key, value ?? throw Invalid($"invalid field '{field}' must be a key=value pair")))
                throw Invalid($"unexpected key '{key}' in '{field}'");
        }
        return Finish();
    }

    private bool TakeFlag(string key, string? value)
    {
        switch (key)
        {
            case "readonly" or "ro": _mount = _mount with { ReadOnly = Truth(key, value) }; return true;
            case "volume-nocopy": _mount = _mount with { NoCopy = Truth(key, value) }; return true;
            case "bind-nonrecursive": _mount = _mount with { NonRecursive = Truth(key, value) }; return true;
            case "bind-create-src": _mount = _mount with { CreateSource = Truth(key, value) }; return true;
            default: return false;
        }
    }

    private bool TakeValue(string key, string value)
    {
        switch (key)
        {
            case "type": _type = value.ToLowerInvariant(); break;
            case "source" or "src": _source = value; break;
            case "target" or "dst" or "destination": _target = value; break;
            case "consistency": _mount = _mount with { Consistency = value }; break;
            case "bind-propagation": _mount = _mount with { Propagation = MountParser.IsPropagation(value) ? value : throw Invalid($"invalid propagation mode: {value}") }; break;
            case "bind-recursive": _recursive = value; break;
            case "volume-subpath" or "image-subpath": _mount = _mount with { Subpath = value }; break;
            case "volume-label": Add(_labels, value); break;
            case "volume-opt": Add(_options, value); break;
            case "volume-driver": _driver = value; break;
            case "tmpfs-size": _tmpfs.Add($"size={SizeText.Parse(value)}"); break;
            case "tmpfs-mode": _tmpfs.Add("mode=" + Octal(value)); break;
            default: return false;
        }
        return true;
    }

    private MountRequest Finish()
    {
        MountKind kind = _type switch
        {
            "bind" => MountKind.Bind,
            "volume" => MountKind.Volume,
            "tmpfs" => MountKind.Tmpfs,
            "image" => MountKind.Image,
            "npipe" or "cluster" => throw new SlipwayException(ErrorKind.NotSupported, $"mount type '{_type}' is not supported on this platform"),
            _ => throw Invalid($"invalid mount config for type \"{_type}\": mount type unknown"),
        };
        if (_families.FirstOrDefault(f => f != _type && f is "bind" or "volume" or "tmpfs" or "image" && f != _type) is { } other)
            throw Invalid($"cannot mix '{other}-*' options with mount type '{_type}'");
        string target = MountParser.CleanTarget(_text, _target ?? throw Invalid("target is required"));
        CheckSource(kind);
        VolumeDriver.Check(_driver);
        return Recursive(_mount with
        {
            Kind = kind,
            Source = _source,
            Target = target,
            ReadOnly = _mount.ReadOnly || kind is MountKind.Image,
            Anonymous = kind is MountKind.Volume && _source.Length == 0,
            VolumeLabels = _labels,
            VolumeOptions = VolumeDriver.CheckOptions(_options),
            Options = kind is MountKind.Tmpfs ? string.Join(',', _tmpfs) : null,
        });
    }

    private void CheckSource(MountKind kind)
    {
        if (kind is MountKind.Bind or MountKind.Image && _source.Length == 0)
            throw Invalid($"invalid mount config for type \"{_type}\": field Source must not be empty");
        if (kind is MountKind.Bind && _source.StartsWith('.'))
            _source = Path.GetFullPath(_source);
        if (kind is MountKind.Bind && !_source.StartsWith('/'))
            throw Invalid($"invalid mount config for type \"bind\": invalid mount path: '{_source}' mount path must be absolute");
        if (kind is MountKind.Tmpfs && _source.Length > 0)
            throw Invalid("invalid mount config for type \"tmpfs\": field Source must not be specified");
        if (_mount.Subpath is { } path && (path.Length == 0 || path.StartsWith('/') || path.Split('/').Contains("..")))
            throw Invalid($"subpath must be a relative path within the {_type}: '{path}'");
        if (_mount.Subpath is not null && kind is MountKind.Volume && _source.Length == 0)
            throw Invalid("must not set Subpath when using anonymous volumes");
    }

    private MountRequest Recursive(MountRequest mount)
    {
        if (_recursive is "writable" or "readonly" && !mount.ReadOnly)
            throw Invalid($"option 'bind-recursive={_recursive}' requires 'readonly' to be specified in conjunction");
        if (_recursive == "readonly" && mount.Propagation is not (null or "rprivate"))
            throw Invalid("option 'bind-recursive=readonly' requires 'bind-propagation=rprivate' to be specified in conjunction");
        return _recursive switch
        {
            "enabled" or "readonly" => mount,
            "disabled" => mount with { NonRecursive = true },
            "writable" => mount with { WritableBelow = true },
            _ => throw Invalid($"invalid value for bind-recursive: {_recursive}: must be \"enabled\", \"disabled\", \"writable\", or \"readonly\""),
        };
    }

    private bool Truth(string key, string? value) => value switch
    {
        null or "true" or "1" => true,
        "false" or "0" => false,
        _ => throw Invalid($"invalid value for {key}: {value}"),
    };

    private string Octal(string value)
    {
        const uint AllBits = 0xfff;
        try
        {
            return Convert.ToUInt32(value, 8) is <= AllBits and var mode ? Convert.ToString(mode, 8) : throw new FormatException();
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            throw Invalid($"invalid value for tmpfs-mode: {value}");
        }
    }

    private static void Add(Dictionary<string, string> all, string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        all[equals < 0 ? text : text[..equals]] = equals < 0 ? "" : text[(equals + 1)..];
    }

    // What says of itself what it is doesn't say so twice.
    private SlipwayException Invalid(string why) => new(ErrorKind.InvalidArgument, why.StartsWith(_prefix.TrimEnd(':', ' '), StringComparison.Ordinal) ? why : _prefix + why);
}
