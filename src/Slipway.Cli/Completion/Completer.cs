using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine;

namespace Slipway.Cli.Completion;

/// <summary>What may come next on a command line: commands, flags, or names of things that there are.</summary>
/// <param name="global">Where the store is.</param>
internal sealed class Completer(GlobalOptions global)
{
    /// <summary>The candidates for the last word.</summary>
    /// <param name="words">All words behind <c>slip</c>; the last, maybe empty, is the one that is being typed.</param>
    public IEnumerable<Candidate> Complete(string[] words)
    {
        string current = words.Length > 0 ? words[^1] : "";
        ReadOnlySpan<string> before = words.AsSpan(0, Math.Max(0, words.Length - 1));
        before = before[TakeGlobal(before)..];
        List<Candidate> candidates = [.. CandidatesFor(before.ToArray(), current)];
        return candidates.Where(c => c.Word.StartsWith(':') || c.Word.StartsWith(current, StringComparison.Ordinal)).DistinctBy(c => c.Word);
    }

    private int TakeGlobal(ReadOnlySpan<string> words)
    {
        try
        {
            return global.Take(words);
        }
        catch (Oci.SlipwayException)
        {
            return words.Length;
        }
    }

    private IEnumerable<Candidate> CandidatesFor(string[] before, string current)
    {
        CommandEntry? entry = before.Length > 0 ? CommandTable.Find(before, out int taken) : null;
        if (entry is null)
            return before.Length <= 1 ? Names(before) : [];
        _ = CommandTable.Find(before, out taken);
        SlipCommand command = entry.Create();
        string[] rest = before[taken..];
        if (rest.Length > 0 && OptionOf(command, rest[^1]) is { } option && option.ValueType != typeof(bool))
            return Values(option);
        if (current.StartsWith("--", StringComparison.Ordinal) && current.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
            return OptionOf(command, current[..equals]) is { } named ? Values(named).Select(c => c.Word.StartsWith(':') ? c : c with { Word = $"{current[..equals]}={c.Word}" }) : [];
        int arguments = CountArguments(command, rest);
        if (current.StartsWith('-') && !(command.StopsAtFirstArgument && arguments > 0))
            return Flags(command);
        // "image ls" is a word of two, and "image" alone may yet become it.
        IEnumerable<Candidate> longer = before.Length == 1 ? Names(before) : [];
        return longer.Concat(Arguments(entry, arguments));
    }

    // The first words of all commands, or the second ones of a group.
    private static IEnumerable<Candidate> Names(string[] before)
    {
        foreach (CommandEntry entry in CommandTable.All.Where(e => !e.Hidden))
        {
            foreach (string[] parts in ((string[])[entry.Name, .. entry.Aliases]).Select(n => n.Split(' ')))
            {
                if (before.Length == 0)
                    yield return new(parts[0], parts.Length == 1 ? entry.Summary : "");
                else if (parts.Length == 2 && parts[0] == before[0])
                    yield return new(parts[1], entry.Summary);
            }
        }
    }

    private static IEnumerable<Candidate> Flags(SlipCommand command) =>
        command.Options.Where(o => !o.Hidden).OrderBy(o => o.Name, StringComparer.Ordinal).Select(o => new Candidate(o.Name, o.Description ?? "")).Append(new("--help", "Show what it does"));

    private static Option? OptionOf(SlipCommand command, string word) => command.Options.FirstOrDefault(o => o.Name == word || o.Aliases.Contains(word));

    private static int CountArguments(SlipCommand command, string[] words)
    {
        int count = 0;
        for (int i = 0; i < words.Length; i++)
        {
            bool isFlag = words[i].StartsWith('-') && !(command.StopsAtFirstArgument && count > 0);
            if (!isFlag)
                count++;
            else if (OptionOf(command, words[i]) is { } option && option.ValueType != typeof(bool))
                i++;
        }
        return count;
    }

    private IEnumerable<Candidate> Values(Option option) => option.Name switch
    {
        "--network" => Things(StoredNames.Networks).Concat([new("none"), new("host")]),
        "--volumes-from" => Things(StoredNames.Containers),
        "--pull" => [new("missing"), new("always"), new("never")],
        "--restart" => [new("no"), new("always"), new("unless-stopped"), new("on-failure")],
        "--condition" => [new("not-running"), new("next-exit"), new("removed"), new("running"), new("paused"), new("healthy"), new("unhealthy")],
        "--type" => [new("container"), new("image"), new("volume"), new("network")],
        "--format" => [new("json"), new("table")],
        "--progress" => [new("auto"), new("plain"), new("tty"), new("quiet"), new("rawjson")],
        "--userns" => [new("auto"), new("host")],
        "--pid" or "--uts" or "--cgroupns" => [new("host")],
        "--ipc" => [new("private"), new("shareable"), new("none"), new("host")],
        "--volume" or "--file" or "--output" or "--input" or "--env-file" or "--label-file" or "--cidfile" or "--iidfile" or "--device" => [Candidate.Files],
        _ => [],
    };

    // By the word that the usage has at this place.
    private IEnumerable<Candidate> Arguments(CommandEntry entry, int index)
    {
        string[] places = [.. entry.Usage.Split(' ').Where(p => p != "[OPTIONS]" && p != "|")];
        string place = places.Length == 0 ? "" : index < places.Length ? places[index] : places[^1].Contains("...", StringComparison.Ordinal) ? places[^1] : "";
        if (entry.Name == "cp")
            return index < 2 ? [.. Things(StoredNames.Containers).Select(c => c with { Word = c.Word + ":" }), Candidate.NoSpace, Candidate.Files] : [];
        return place switch
        {
            _ when place.Contains("CONTAINER", StringComparison.Ordinal) => Things(engine => StoredNames.Containers(engine, entry.Name)),
            _ when place.Contains("IMAGE", StringComparison.Ordinal) || place.StartsWith("NAME[:TAG", StringComparison.Ordinal) => Things(StoredNames.Images),
            _ when place.Contains("VOLUME", StringComparison.Ordinal) && entry.Name != "volume create" => Things(StoredNames.Volumes),
            _ when place.Contains("NETWORK", StringComparison.Ordinal) && entry.Name != "network create" => Things(StoredNames.Networks),
            _ when place.StartsWith("NAME|ID", StringComparison.Ordinal) || place.Contains("THING", StringComparison.Ordinal) =>
                Things(engine => [.. StoredNames.Containers(engine), .. StoredNames.Images(engine), .. StoredNames.Volumes(engine), .. StoredNames.Networks(engine)]),
            "SHELL" => CompletionScripts.Shells.Select(s => new Candidate(s)),
            _ => [Candidate.Files],
        };
    }

    // A store that isn't there yet is not made for this.
    private List<Candidate> Things(Func<SlipwayEngine, IEnumerable<Candidate>> list)
    {
        if (!Directory.Exists(global.ResolveOptions().DataRoot))
            return [];
        using SlipwayEngine engine = global.OpenEngine();
        return [.. list(engine)];
    }
}
