using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Terminals;

namespace Slipway.Cli.Output;

/// <summary>Asks the person at the terminal. Null where there is none, or nothing was said.</summary>
internal static class Prompt
{
    /// <summary>Whether somebody is there to answer, and sees what is asked.</summary>
    public static bool IsPossible => !Console.IsInputRedirected && !Console.IsErrorRedirected;

    public static string? Line(string question) => Ask(question, secret: false);

    /// <summary>Without showing what is typed.</summary>
    public static string? Secret(string question) => Ask(question, secret: true);

    private static string? Ask(string question, bool secret)
    {
        using SafeFd terminal = FileDescriptor.Open("/proc/self/fd/0", OpenFlags.ReadOnly | OpenFlags.NoControllingTerminal);
        if (!Terminal.IsTerminal(terminal))
            return null;
        Console.Error.Write(question);
        TerminalModes before = Terminal.GetModes(terminal);
        try
        {
            if (secret)
                Terminal.SetModes(terminal, Terminal.MakeSilent(before));
            return ReadLine(terminal) is { Length: > 0 } answer ? answer : null;
        }
        finally
        {
            if (secret)
                Terminal.SetModes(terminal, before);
        }
    }

    // A line is what a terminal gives at a time.
    private static string ReadLine(SafeFd terminal)
    {
        byte[] buffer = new byte[4096];
        int length = terminal.Read(buffer);
        return Encoding.UTF8.GetString(buffer, 0, length).TrimEnd('\n').TrimEnd('\r').Trim();
    }
}
