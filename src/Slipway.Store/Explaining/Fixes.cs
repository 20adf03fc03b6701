using System.Globalization;
using Slipway.Store.Comparing;

namespace Slipway.Store.Explaining;

/// <summary>What to do about content that is stored and not seen. The instructions in it are the image's words.</summary>
internal static class Fixes
{
    public static string Of(HiddenKind kind, string? instruction, string? by, Differing changed, uint? mode, (uint Uid, uint Gid)? owner) => kind switch
    {
        HiddenKind.Doubled => Doubled(instruction, by, changed, mode, owner),
        HiddenKind.Removed when IsCopy(instruction) => "copy only what is needed: keep the rest out by .dockerignore or by naming it",
        HiddenKind.Removed => "remove it in the same RUN that makes it: what a later instruction removes stays in the layer below",
        _ when IsCopy(instruction) => "copy it once, with what it is in the end",
        _ => "write it once: join both into one RUN, or do what seldom changes first",
    };

    private static string Doubled(string? instruction, string? by, Differing changed, uint? mode, (uint Uid, uint Gid)? owner)
    {
        string leaveOut = by is null ? "" : $", and leave out '{by}'";
        if (changed == Differing.None)
            return IsCopy(by) ? "it is copied again as it was: leave one of the two out" : "nothing but its time changes: leave that out";
        if (!IsCopy(instruction))
            return "change it in the same RUN that makes it";
        if (changed.HasFlag(Differing.Attributes))
            return "change it in a stage of its own, and copy it from there" + leaveOut;
        string flags = "";
        if (changed.HasFlag(Differing.Owner) && owner is { } one)
            flags += string.Create(CultureInfo.InvariantCulture, $" --chown={one.Uid}:{one.Gid}");
        else if (changed.HasFlag(Differing.Owner))
            return "copy it with the owners that it has in the end, by a COPY --chown for each" + leaveOut;
        if (changed.HasFlag(Differing.Mode) && mode is { } bits)
            flags += " --chmod=" + Convert.ToString(bits, 8).PadLeft(4, '0');
        else if (changed.HasFlag(Differing.Mode))
            return "give the files their modes where they are copied from" + leaveOut;
        return $"write '{WithFlags(instruction!, flags)}'{leaveOut}";
    }

    private static bool IsCopy(string? instruction) => instruction is not null
        && (instruction.StartsWith("COPY ", StringComparison.Ordinal) || instruction.StartsWith("ADD ", StringComparison.Ordinal));

    // Docker's older builder wrote what it copied as a digest: COPY dir:9f… in /app.
    private static string WithFlags(string instruction, string flags)
    {
        int verb = instruction.IndexOf(' ', StringComparison.Ordinal);
        string[] words = instruction[(verb + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is [{ } source, "in", ..] && (source.StartsWith("file:", StringComparison.Ordinal) || source.StartsWith("dir:", StringComparison.Ordinal) || source.StartsWith("multi:", StringComparison.Ordinal)))
            words = ["…", .. words[2..]];
        bool mode = flags.Contains("--chmod=", StringComparison.Ordinal), owner = flags.Contains("--chown=", StringComparison.Ordinal);
        IEnumerable<string> kept = words.Where(w => !(mode && w.StartsWith("--chmod=", StringComparison.Ordinal)) && !(owner && w.StartsWith("--chown=", StringComparison.Ordinal)));
        return $"{instruction[..verb]}{flags} {string.Join(' ', kept)}";
    }
}
