using System.CommandLine;

namespace Slipway.Cli.Commands.Flags;

/// <summary>What a group of flags needs of a command and of its line.</summary>
internal static class CommandExtensions
{
    /// <summary>Gives a command a group of flags.</summary>
    public static void AddAll(this Command command, ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
            command.Options.Add(option);
    }

    /// <summary>What a repeated flag was given; nothing where it wasn't there.</summary>
    public static string[] ValuesOf(this ParseResult line, Option<string[]> option) => line.GetValue(option) ?? [];
}
