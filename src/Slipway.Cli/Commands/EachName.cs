using System.Runtime.ExceptionServices;
using Slipway.Cli.Output;

namespace Slipway.Cli.Commands;

/// <summary>Commands over several names: each is tried, its name printed when done; the exit code is 1 where one failed.</summary>
internal static class EachName
{
    // As many as docker's command line has under way.
    private const int MostAtOnce = 50, StackSize = 256 * 1024;

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

    /// <summary>
    /// The same with many of them under way together, for what waits: ten containers that are deaf to TERM take ten seconds to stop, and not a hundred.
    /// Names are printed in their order.
    /// </summary>
    public static int DoAtOnce(IReadOnlyList<string> names, Action<string> act)
    {
        if (names.Count == 1)
            return Do(names, act);
        var results = new TaskCompletionSource<Exception?>[names.Count];
        for (int i = 0; i < results.Length; i++)
            results[i] = new();
        int next = -1;
        void Work()
        {
            for (int i = Interlocked.Increment(ref next); i < names.Count; i = Interlocked.Increment(ref next))
                results[i].SetResult(Failure(act, names[i]));
        }
        for (int i = 0; i < Math.Min(names.Count, MostAtOnce); i++)
            new Thread(Work, StackSize) { IsBackground = true }.Start();
        int place = 0;
        return Do(names, _ =>
        {
            if (results[place++].Task.Result is { } failure)
                ExceptionDispatchInfo.Throw(failure);
        });
    }

    private static Exception? Failure(Action<string> act, string name)
    {
        try
        {
            act(name);
            return null;
        }
#pragma warning disable CA1031 // It is thrown again where its turn comes.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return e;
        }
    }
}
