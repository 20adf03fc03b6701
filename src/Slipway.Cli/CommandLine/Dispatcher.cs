using System.CommandLine;
using System.CommandLine.Parsing;
using Slipway.Oci;

namespace Slipway.Cli.CommandLine;

/// <summary>Finds the command by its words, builds that one, parses and runs it.</summary>
internal static class Dispatcher
{
    /// <summary>Docker's exit code for a command line that can't be read, and for an engine that fails before the container runs.</summary>
    public const int UsageExitCode = 125;

    public static int Run(string[] args)
    {
        var global = new GlobalOptions();
        ReadOnlySpan<string> rest = args;
        rest = rest[global.Take(rest)..];
        if (rest.IsEmpty || rest[0] is "--help" or "-h" or "help" && rest.Length == 1)
            return HelpPage.PrintRoot();
        if (rest[0] is "--version" or "-v")
            return VersionLine.Print();
        if (rest[0] == "help")
            rest = (string[])[.. rest[1..], "--help"];

        CommandEntry? entry = CommandTable.Find(rest, out int words);
        if (entry is null)
            return HelpPage.PrintGroup(rest) ?? throw new SlipwayException(ErrorKind.InvalidArgument, $"unknown command: slip {rest[0]}")
            {
                Hint = "run 'slip --help' for the list of commands",
            };
        rest = rest[words..];
        rest = rest[global.Take(rest)..];
        return Invoke(entry, rest, global);
    }

    private static int Invoke(CommandEntry entry, ReadOnlySpan<string> args, GlobalOptions global)
    {
        SlipCommand command = entry.Create();
        if (IsHelp(command, args))
            return HelpPage.PrintCommand(entry, command);
        ParseResult line;
        try
        {
            line = command.Parse(ArgumentNormalizer.Normalize(command, args), new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        }
        catch (UsageException e)
        {
            return ReportUsage(entry, e.Message, UsageExitCode);
        }
        return line.Errors.Count > 0 ? ReportUsage(entry, Lower(line.Errors[0]), 1) : command.Run(line, global);
    }

    private static bool IsHelp(SlipCommand command, ReadOnlySpan<string> args)
    {
        foreach (string word in args)
        {
            if (word == "--help")
                return true;
            if (word == "--" || (command.StopsAtFirstArgument && (word.Length == 0 || word[0] != '-')))
                return false;
        }
        return false;
    }

    private static int ReportUsage(CommandEntry entry, string message, int exitCode)
    {
        Console.Error.WriteLine($"slip: {message}");
        Console.Error.WriteLine();
        Console.Error.WriteLine($"Usage:  {HelpPage.UsageOf(entry)}");
        Console.Error.WriteLine();
        Console.Error.WriteLine($"Run 'slip {entry.Name} --help' for more information");
        return exitCode;
    }

    private static string Lower(ParseError error) =>
        error.Message.Length == 0 ? "the command line can't be read" : char.ToLowerInvariant(error.Message[0]) + error.Message[1..].TrimEnd('.');
}
