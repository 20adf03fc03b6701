namespace Slipway.Cli.Output;

/// <summary>Asks before something is removed, in docker's words. The answer is read from standard input, whatever that is; nothing is no.</summary>
internal static class Confirmation
{
    /// <param name="warning">What will happen: <c>WARNING! This will …</c></param>
    public static bool Ask(string warning)
    {
        Console.Out.Write($"{warning}\nAre you sure you want to continue? [y/N] ");
        return string.Equals(Console.In.ReadLine()?.Trim(), "y", StringComparison.OrdinalIgnoreCase);
    }
}
