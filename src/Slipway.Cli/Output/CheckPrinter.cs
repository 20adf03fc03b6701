using Slipway.Build;
using Slipway.Build.Dockerfile;

namespace Slipway.Cli.Output;

/// <summary>What <c>build --check</c> found: each with its lines. The exit code is 1 where anything was, as docker's is.</summary>
internal static class CheckPrinter
{
    public static int Print(BuildCheck check)
    {
        int count = check.Findings.Count;
        if (count > 0)
            Console.Out.WriteLine($"Check complete, {count} warning{(count == 1 ? " has" : "s have")} been found!");
        foreach (DockerfileWarning finding in check.Findings.OrderBy(finding => finding.Lines.First))
        {
            var place = new DockerfileException(Oci.ErrorKind.InvalidArgument, finding.Message, check.Source, finding.Lines);
            Console.Out.WriteLine($"\nWARNING: {finding.Rule}\n{finding.Description}\n{finding.Message}");
            Console.Out.Write(place.Excerpt);
        }
        if (check.Error is { } error)
        {
            Console.Error.WriteLine(error.Excerpt);
            return ErrorReport.Print(error);
        }
        if (count == 0)
            Console.Out.WriteLine("Check complete, no warnings found.");
        return count == 0 ? 0 : 1;
    }
}
