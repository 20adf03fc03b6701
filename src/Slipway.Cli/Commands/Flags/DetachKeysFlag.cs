using System.CommandLine;
using Slipway.Runtime.Attach;

namespace Slipway.Cli.Commands.Flags;

/// <summary>The flag <c>--detach-keys</c>.</summary>
internal static class DetachKeysFlag
{
    public static Option<string?> New() => new("--detach-keys") { Description = "Keys that detach (default ctrl-p,ctrl-q)", HelpName = "string" };

    /// <summary>The keys; wrong ones are said before anything is started.</summary>
    public static string Read(ParseResult line, Option<string?> option)
    {
        string keys = line.GetValue(option) ?? PumpOptions.DefaultDetachKeys;
        PumpOptions.CheckDetachKeys(keys);
        return keys;
    }
}
