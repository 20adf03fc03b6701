using System.CommandLine;

namespace Slipway.Cli.CommandLine;

/// <summary>One command: its options and arguments, and what it does. Only the command that was called is ever built.</summary>
internal abstract class SlipCommand(string name, string description) : Command(name, description)
{
    /// <summary>
    /// Everything after the first argument belongs to the container's command, as in <c>run IMAGE ls -l</c>.
    /// </summary>
    public virtual bool StopsAtFirstArgument => false;

    /// <summary>Does the work; returns the exit code. Errors are exceptions.</summary>
    public abstract int Run(ParseResult line, GlobalOptions global);
}
