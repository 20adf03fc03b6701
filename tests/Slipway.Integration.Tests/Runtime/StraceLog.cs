using System.Text.RegularExpressions;
using Xunit;

namespace Slipway.Integration.Tests.Runtime;

/// <summary>What <c>strace -f</c> wrote: each thread's system calls in order.</summary>
internal sealed partial class StraceLog
{
    private readonly List<(int Thread, string Name, string Line, int Place)> _calls = [];
    private readonly List<(int Thread, string Line, int Place)> _resumed = [];

    private StraceLog(string[] lines)
    {
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i];
            if (Call().Match(line) is { Success: true } call)
                _calls.Add((int.Parse(call.Groups[1].Value), call.Groups[2].Value, line, i));
            else if (Resumed().Match(line) is { Success: true } resumed)
                _resumed.Add((int.Parse(resumed.Groups[1].Value), line, i));
        }
    }

    /// <summary>The words before a command that is to be traced; skips the test where that can't be.</summary>
    public static string[] Command(string log)
    {
        string strace = Needs.Program("strace");
        using var probe = System.Diagnostics.Process.Start(strace, ["-f", "-o", "/dev/null", "true"]);
        probe.WaitForExit();
        Assert.SkipUnless(probe.ExitCode == 0, "this process may not trace others (ptrace)");
        return [strace, "-f", "--decode-pids=pidns", "-o", log];
    }

    public static StraceLog Read(string log) => new(File.ReadAllLines(log));

    /// <summary>
    /// What the thread that makes the container's process calls up to that, and what the process calls until it has executed. A process that
    /// goes on in a child of its own is one with it: what itself calls after that, to end or to become an init, is left out.
    /// </summary>
    public (IReadOnlyList<string> Parent, IReadOnlyList<string> Child) Start()
    {
        int at = _calls.FindIndex(static call => call.Name == "clone3" && call.Line.Contains("CLONE_PIDFD", StringComparison.Ordinal));
        Assert.True(at >= 0, "no process was made");
        int parent = _calls[at].Thread;
        List<string> before = [.. _calls.Take(at + 1).Where(call => call.Thread == parent).Select(static call => call.Name)];
        var child = new List<string>();
        Follow(AnswerOf(at), child);
        return (before, child);
    }

    private void Follow(int process, List<string> names)
    {
        for (int i = 0; i < _calls.Count; i++)
        {
            if (_calls[i].Thread != process)
                continue;
            names.Add(_calls[i].Name);
            if (_calls[i].Name == "execve" && AnswerOf(i) == 0)
                return;
            if (_calls[i].Name is "clone3" or "clone" && AnswerOf(i) is > 0 and var next)
            {
                Follow(next, names);
                return;
            }
        }
    }

    // At the line's end, or where the call was resumed.
    private int AnswerOf(int at)
    {
        (int thread, _, string line, int place) = _calls[at];
        string answer = line;
        if (line.Contains("<unfinished ...>", StringComparison.Ordinal))
            answer = _resumed.First(resumed => resumed.Thread == thread && resumed.Place > place).Line;
        return Answer().Match(answer) is { Success: true } match ? int.Parse((match.Groups[2].Success ? match.Groups[2] : match.Groups[1]).Value) : -1;
    }

    [GeneratedRegex(@"^(\d+)\s+(\w+)\(")]
    private static partial Regex Call();

    [GeneratedRegex(@"^(\d+)\s+<\.\.\. \w+ resumed>")]
    private static partial Regex Resumed();

    // The number of a process in another pid namespace has ours behind it.
    [GeneratedRegex(@"\)\s+= (-?\d+)(?: /\* (\d+) in strace's PID NS)?")]
    private static partial Regex Answer();
}
