namespace Slipway.Daemon.Configuration;

/// <summary>What <c>--help</c> prints.</summary>
internal static class HelpPage
{
    private const int Width = 24;

    public static void Print(TextWriter to)
    {
        to.WriteLine("Usage: slipd [OPTIONS]\n\nServes the Docker Engine API over the store that slip uses too. Containers go on without it.\n\nOptions:");
        foreach (Setting setting in SettingTable.All)
        {
            string letter = setting.Letter is { } l ? $"-{l}, " : "    ";
            to.WriteLine($"  {letter}--{setting.Flag.PadRight(Width)} {setting.Help}");
        }
    }
}
