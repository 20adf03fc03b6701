using System.CommandLine;

namespace Slipway.Cli.CommandLine;

/// <summary>The help: what there is, how it is called, what it means.</summary>
internal static class HelpPage
{
    private const int Indent = 2;

    public static int PrintRoot()
    {
        Console.Out.WriteLine(
            """
            Usage:  slip [--data-root DIR] [--run-root DIR] COMMAND

            A container engine. An image is read-only and never changes; a container adds one thin writable
            layer to it, which restart keeps and rm removes. What must last belongs in a volume (-v).

            Commands:
            """);
        Rows(CommandTable.All.Where(e => !e.Hidden).Select(e => (e.Name, e.Summary)));
        Console.Out.WriteLine(
            """

            Global options:
              --data-root DIR   Images, writable layers, volumes (SLIPWAY_DATA)
              --run-root DIR    Sockets and locks (SLIPWAY_RUN)
              --version         Print the version

            Run 'slip COMMAND --help' for more information on a command.
            """);
        return 0;
    }

    /// <summary>The commands of a group such as <c>image</c>; null where there is no such group.</summary>
    public static int? PrintGroup(ReadOnlySpan<string> args)
    {
        string prefix = args[0] + " ";
        List<(string, string)> rows = [];
        foreach (CommandEntry entry in CommandTable.All)
        {
            foreach (string name in (string[])[entry.Name, .. entry.Aliases])
            {
                if (!entry.Hidden && name.StartsWith(prefix, StringComparison.Ordinal))
                    rows.Add((name[prefix.Length..], entry.Summary));
            }
        }
        bool asksForHelp = args.Length == 1 || args[1] is "--help" or "-h";
        if (rows.Count == 0 || !asksForHelp)
            return null;
        Console.Out.WriteLine($"Usage:  slip {args[0]} COMMAND\n\nCommands:");
        Rows(rows);
        return 0;
    }

    public static int PrintCommand(CommandEntry entry, SlipCommand command)
    {
        Console.Out.WriteLine($"Usage:  {UsageOf(entry)}\n\n{command.Description}");
        if (entry.Aliases.Count > 0)
            Console.Out.WriteLine($"\nAliases:\n  {string.Join(", ", ((string[])[entry.Name, .. entry.Aliases]).Select(a => "slip " + a))}");
        List<Option> options = [.. command.Options.Where(o => !o.Hidden)];
        if (options.Count > 0)
        {
            Console.Out.WriteLine("\nOptions:");
            Rows(options.OrderBy(o => o.Name, StringComparer.Ordinal).Select(o => (FlagsOf(o), o.Description ?? "")));
        }
        return 0;
    }

    public static string UsageOf(CommandEntry entry) => $"slip {entry.Name} {entry.Usage}".TrimEnd();

    private static string FlagsOf(Option option)
    {
        string flags = option.Aliases.Count > 0 ? $"{string.Join(", ", option.Aliases)}, {option.Name}" : $"    {option.Name}";
        return option.ValueType == typeof(bool) ? flags : $"{flags} {option.HelpName ?? "value"}";
    }

    private static void Rows(IEnumerable<(string Left, string Right)> rows)
    {
        List<(string Left, string Right)> all = [.. rows];
        int width = all.Max(r => r.Left.Length);
        foreach ((string left, string right) in all)
            Console.Out.WriteLine($"{new string(' ', Indent)}{left.PadRight(width)}   {right}");
    }
}
