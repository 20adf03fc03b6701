using System.Reflection;

namespace Slipway.Cli.CommandLine;

/// <summary>The version, from the assembly.</summary>
internal static class VersionLine
{
    public static string Version { get; } =
        typeof(VersionLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static int Print()
    {
        Console.Out.WriteLine($"Slipway version {Version}");
        return 0;
    }
}
