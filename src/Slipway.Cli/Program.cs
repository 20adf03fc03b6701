using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;

namespace Slipway.Cli;

/// <summary>The executable <c>slip</c>.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        try
        {
            return Dispatcher.Run(args);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return ErrorReport.Print(e);
        }
    }
}
