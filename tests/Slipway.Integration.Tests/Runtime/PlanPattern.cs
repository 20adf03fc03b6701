using System.Text.RegularExpressions;
using Xunit;

namespace Slipway.Integration.Tests.Runtime;

/// <summary>A printed plan as a pattern of system calls: what is in brackets may be left out, everything else must be there, and nothing more.</summary>
internal sealed partial class PlanPattern
{
    // What is no operation of a plan: the parent forbids tracing, makes the channel, and blocks its signals before it makes the process.
    private static readonly string[] s_transition = ["prctl", "socketpair", "rt_sigprocmask", "clone3"];

    private readonly List<(string Name, bool Maybe)> _parent = [], _child = [];

    public PlanPattern(string plan)
    {
        bool cloned = false;
        foreach (string line in plan.Split('\n'))
        {
            cloned |= line.TrimStart().StartsWith("Clone ", StringComparison.Ordinal);
            if (Calls().Match(line) is { Success: true } calls)
                Add(cloned ? _child : _parent, calls.Groups[1].Value);
        }
        Assert.Equal(("clone3", false), _child[0]);
        _child.RemoveAt(0);
        _parent.AddRange(s_transition.Select(static name => (name, false)));
    }

    public void AssertIsWhatHappened((IReadOnlyList<string> Parent, IReadOnlyList<string> Child) start)
    {
        AssertMatches(_parent, start.Parent, fromTheFirst: false);
        AssertMatches(_child, start.Child, fromTheFirst: true);
    }

    // All places of the plan at which it may be after each call.
    private static void AssertMatches(List<(string Name, bool Maybe)> planned, IReadOnlyList<string> happened, bool fromTheFirst)
    {
        HashSet<int> places = [0];
        for (int i = 0; i < happened.Count; i++)
        {
            HashSet<int> next = fromTheFirst ? [] : [0];
            foreach (int place in places)
            {
                for (int at = place; at < planned.Count; at++)
                {
                    if (planned[at].Name == happened[i])
                        next.Add(at + 1);
                    if (!planned[at].Maybe)
                        break;
                }
            }
            Assert.True(next.Count > 0, $"call {i + 1}, {happened[i]}, is not planned after {string.Join(' ', happened.Take(i).TakeLast(8))}: planned is {string.Join(" or ", places.Select(place => At(planned, place)))}");
            places = next;
        }
        Assert.True(places.Any(place => planned.Skip(place).All(static call => call.Maybe)), $"planned and not done: {string.Join(" or ", places.Select(place => At(planned, place)))}");
    }

    private static string At(List<(string Name, bool Maybe)> planned, int place) => string.Join(' ', planned.Skip(place).Take(3).Select(static call => call.Maybe ? $"[{call.Name}]" : call.Name));

    private static void Add(List<(string Name, bool Maybe)> pattern, string calls)
    {
        bool maybe = false;
        foreach (Match token in Token().Matches(calls))
        {
            maybe |= token.Groups["open"].Success;
            int count = token.Groups["count"].Success ? int.Parse(token.Groups["count"].Value) : 1;
            pattern.AddRange(Enumerable.Repeat((token.Groups["name"].Value, maybe), count));
            maybe &= !token.Groups["close"].Success;
        }
    }

    [GeneratedRegex("^ +: (.*)$")]
    private static partial Regex Calls();

    [GeneratedRegex(@"(?<open>\[)?(?<name>\w+)(\*(?<count>\d+))?(?<close>\])?")]
    private static partial Regex Token();
}
