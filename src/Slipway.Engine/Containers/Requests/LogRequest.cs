using System.Globalization;
using Slipway.Oci;

namespace Slipway.Engine.Containers.Requests;

/// <summary>Where a container's output is kept, as it was asked for.</summary>
/// <param name="Driver"><c>json-file</c>, <c>local</c> or <c>none</c>.</param>
/// <param name="Options">The driver's.</param>
public sealed record LogRequest(string Driver, IReadOnlyDictionary<string, string> Options)
{
    private const string JsonFile = "json-file", Local = "local", None = "none";
    private const long DefaultBytes = 20_000_000;
    private const int DefaultFiles = 5;

    private static readonly string[] s_known = ["max-size", "max-file", "mode", "max-buffer-size", "labels", "env", "tag", "compress"];

    /// <summary>What holds where nothing was asked for.</summary>
    public static LogRequest Default { get; } = new(JsonFile, new Dictionary<string, string>());

    /// <summary>Whether anything is kept.</summary>
    public bool Keeps => Driver != None;

    /// <summary>Whether the driver is one that dockerd has and nobody here: there it is found, and fails for want of its settings.</summary>
    public bool IsElsewhere => Driver is "awslogs" or "fluentd" or "gcplogs" or "gelf" or "journald" or "splunk" or "syslog";

    /// <summary>How large a file becomes: without a limit a container could fill the disk.</summary>
    public long MaxBytes => Options.TryGetValue("max-size", out string? text) ? text == "-1" ? 0 : ReadSize(text) : DefaultBytes;

    /// <summary>How many files are kept.</summary>
    public int MaxFiles => Options.TryGetValue("max-file", out string? text) ? ReadCount(text) : DefaultFiles;

    /// <summary>Whether the files that are full are packed.</summary>
    public bool Compresses => Options.TryGetValue("compress", out string? text) && (bool.TryParse(text, out bool value)
        ? value
        : throw Invalid($"invalid value for compress: {Linux.Printable.Escape(text)}: it is true or false"));

    /// <summary>What <c>logs --details</c> shows before each line: the labels and variables that the options name.</summary>
    public string Details(ContainerRequest request)
    {
        var details = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in Names("labels").Where(request.Labels.ContainsKey))
            details[name] = request.Labels[name];
        foreach (string name in Names("env"))
        {
            if (request.Environment.LastOrDefault(v => v.StartsWith(name + "=", StringComparison.Ordinal)) is { } variable)
                details[name] = variable[(name.Length + 1)..];
        }
        if (Options.TryGetValue("tag", out string? tag))
            details["tag"] = tag;
        return string.Join(',', details.Select(d => $"{Uri.EscapeDataString(d.Key)}={Uri.EscapeDataString(d.Value)}"));
    }

    /// <summary>Refuses what isn't there.</summary>
    /// <exception cref="SlipwayException">NotSupported: the driver. InvalidArgument: an option, or its value.</exception>
    public void Check()
    {
        if (IsElsewhere)
            throw new SlipwayException(ErrorKind.NotSupported, $"failed to initialize logging driver: {Driver} is not there: use json-file, local or none");
        if (Driver is not (JsonFile or Local or None))
        {
            throw new SlipwayException(ErrorKind.NotSupported, $"logger: no log driver named '{Linux.Printable.Escape(Driver)}' is registered");
        }
        if (Options.Keys.FirstOrDefault(k => !s_known.Contains(k)) is { } unknown)
            throw Invalid($"unknown log opt '{Linux.Printable.Escape(unknown)}' for {Driver} log driver");
        if (Options.GetValueOrDefault("mode", "blocking") is not ("blocking" or "non-blocking") and var mode)
            throw Invalid($"logger: logging mode not supported: {Linux.Printable.Escape(mode)}");
        if (Compresses && (MaxFiles < 2 || MaxBytes == 0))
            throw Invalid("compress cannot be true when max-file is less than 2 or max-size is not set");
        _ = (MaxBytes, MaxFiles);
    }

    private IEnumerable<string> Names(string option) =>
        Options.GetValueOrDefault(option, "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static long ReadSize(string text)
    {
        long size = SizeText.Parse(text);
        return size > 0 ? size : throw Invalid($"invalid value for max-size: {Linux.Printable.Escape(text)}");
    }

    private static int ReadCount(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 1 and < Runtime.Logs.LogFiles.Most
            ? count
            : throw Invalid($"max-file cannot be less than 1, nor {Runtime.Logs.LogFiles.Most} or more: {Linux.Printable.Escape(text)}");

    private static SlipwayException Invalid(string message) => new(ErrorKind.InvalidArgument, message);
}
