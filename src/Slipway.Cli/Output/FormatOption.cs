using Slipway.Oci;

namespace Slipway.Cli.Output;

/// <summary><c>--format</c> of the lists.</summary>
internal static class FormatOption
{
    /// <exception cref="SlipwayException">NotSupported: a Go template.</exception>
    public static void Check(string? format)
    {
        if (format is not (null or "json"))
            throw new SlipwayException(ErrorKind.NotSupported, $"--format '{format}' is not supported here yet: only json is");
    }
}
