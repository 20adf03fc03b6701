namespace Slipway.Cli.CommandLine;

/// <summary>The command line can't be read; exit code 125, as with docker.</summary>
internal sealed class UsageException(string message) : Exception(message);
