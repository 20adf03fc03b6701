using Slipway.Cli.Output;
using Slipway.Engine;
using Slipway.Oci;

namespace Slipway.Cli.CommandLine;

/// <summary>Options that stand before or after any command: where the store is.</summary>
internal sealed class GlobalOptions
{
    private string? _dataRoot;
    private string? _runRoot;

    /// <summary>The engine that the command works with; opened on first use, so that <c>--help</c> touches no store.</summary>
    public SlipwayEngine OpenEngine(bool willStart = false)
    {
        EngineOptions options = ResolveOptions();
        ErrorReport.Store = options.DataRoot;
        return SlipwayEngine.Open(options, willStart);
    }

    /// <summary>Where things are, for commands that need no store.</summary>
    public EngineOptions ResolveOptions() => EngineOptions.Resolve(_dataRoot, _runRoot) with { CliPath = Environment.ProcessPath };

    /// <summary>Takes the global options off the front of the arguments; returns how many words they were.</summary>
    public int Take(ReadOnlySpan<string> args)
    {
        int taken = 0;
        while (taken < args.Length && TakeOne(args[taken..]) is > 0 and int words)
            taken += words;
        return taken;
    }

    private int TakeOne(ReadOnlySpan<string> args)
    {
        foreach (string name in (ReadOnlySpan<string>)["--data-root", "--run-root"])
        {
            string? value = null;
            int words = 0;
            if (args[0] == name)
            {
                value = args.Length > 1 ? args[1] : throw new SlipwayException(ErrorKind.InvalidArgument, $"flag needs an argument: {name}");
                words = 2;
            }
            else if (args[0].StartsWith(name + "=", StringComparison.Ordinal))
            {
                value = args[0][(name.Length + 1)..];
                words = 1;
            }
            if (value is null)
                continue;
            if (name == "--data-root")
                _dataRoot = value;
            else
                _runRoot = value;
            return words;
        }
        return 0;
    }
}
