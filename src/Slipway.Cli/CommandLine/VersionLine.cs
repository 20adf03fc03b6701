namespace Slipway.Cli.CommandLine;

/// <summary>The version, from the assembly.</summary>
internal static class VersionLine
{
    public static ProgramVersion Program { get; } = ProgramVersion.Of(typeof(VersionLine).Assembly);

    public static string Version => Program.Number;

    public static int Print()
    {
        Console.Out.WriteLine($"Slipway version {Version}");
        return 0;
    }
}
