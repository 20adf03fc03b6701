using Slipway.Oci;

namespace Slipway.Engine.Containers.Requests;

/// <summary>The one driver of volumes, <c>local</c>, and the options that it takes.</summary>
public static class VolumeDriver
{
    /// <summary>Its name.</summary>
    public const string Local = "local";

    private static readonly string[] s_options = ["type", "o", "device", "size"];

    /// <summary>Refuses every other.</summary>
    /// <exception cref="SlipwayException">NotFound, in docker's words.</exception>
    public static void Check(string? driver)
    {
        if (driver is not (null or "" or Local))
            throw new SlipwayException(ErrorKind.NotFound, $"error looking up volume plugin {driver}: plugin \"{driver}\" not found") { Hint = "there is one driver: local" };
    }

    /// <summary>Refuses options that it doesn't know, or that lack another.</summary>
    /// <exception cref="SlipwayException">InvalidArgument, in docker's words.</exception>
    public static IReadOnlyDictionary<string, string> CheckOptions(IReadOnlyDictionary<string, string> options)
    {
        foreach (string name in options.Keys)
        {
            if (!s_options.Contains(name))
                throw Invalid($"invalid option: \"{name}\"");
        }
        if (options.ContainsKey("size"))
            throw new SlipwayException(ErrorKind.NotSupported, "quota size requested but no quota support: a volume in memory has one, by type=tmpfs and o=size=64m");
        if (options.Count == 0)
            return options;
        if (!options.ContainsKey("device"))
            throw Invalid("missing required option: \"device\"");
        return options.ContainsKey("type") || IsBind(options) ? options : throw Invalid("missing required option: \"type\"");
    }

    /// <summary>Whether it stands for a directory of the host.</summary>
    internal static bool IsBind(IReadOnlyDictionary<string, string> options) =>
        options.TryGetValue("o", out string? text) && text.Split(',').Any(o => o is "bind" or "rbind");

    private static SlipwayException Invalid(string message) => new(ErrorKind.InvalidArgument, message);
}
