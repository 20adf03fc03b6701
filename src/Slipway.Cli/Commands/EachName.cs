using Slipway.Cli.Output;

namespace Slipway.Cli.Commands;

/// <summary>Commands over several names: each is tried, its name printed when done; the exit code is 1 where one failed.</summary>
internal static class EachName
{
    public static int Do(IReadOnlyList<string> names, Action<string> act, bool print = true)
    {
        int code = 0;
        foreach (string name in names)
        {
            try
            {
                act(name);
                if (print)
                    Console.Out.WriteLine(name);
            }
            catch (Exception e) when (e is Oci.SlipwayException or IOException)
            {
                code = ErrorReport.Print(e);
            }
        }
        return code;
    }
}
