using System.Text;
using Slipway.Oci.Json;
using Slipway.Store.Comparing;
using Slipway.Store.Snapshots;

namespace Slipway.Cli.Output;

/// <summary>Differences between two trees as JSON: a list of objects.</summary>
internal static class DifferenceJson
{
    public static void Print(IReadOnlyList<PathDifference> differences) =>
        Console.Out.WriteLine(Encoding.UTF8.GetString(JsonWriter.Document(differences, static (json, difference) =>
        {
            json.Write("kind"u8, difference.Kind switch
            {
                ChangeKind.Added => "added",
                ChangeKind.Deleted => "deleted",
                _ => "changed",
            });
            json.Write("path"u8, difference.Path);
            json.Write("differs"u8, difference.What == Differing.None ? null : Words(difference.What));
            json.Write("before"u8, difference.Before, State);
            json.Write("after"u8, difference.After, State);
        })));

    /// <summary>What differs, as words of the document: <c>content</c>, <c>size</c>, <c>linkTarget</c>.</summary>
    public static IReadOnlyList<string> Words(Differing what)
    {
        var words = new List<string>();
        foreach ((Differing one, string word) in (ReadOnlySpan<(Differing, string)>)
            [(Differing.Content, "content"), (Differing.Size, "size"), (Differing.Mode, "mode"), (Differing.Owner, "owner"), (Differing.Type, "type"), (Differing.LinkTarget, "linkTarget"),
             (Differing.Attributes, "attributes"), (Differing.Device, "device"), (Differing.Time, "time")])
        {
            if (what.HasFlag(one))
                words.Add(word);
        }
        return words;
    }

    /// <summary>Members of what a path is.</summary>
    public static void State(JsonWriter json, PathState state)
    {
        json.Write("type"u8, DifferencePrinter.Name(state));
        json.Write("mode"u8, DifferencePrinter.Octal(state.Mode));
        json.Write("uid"u8, (long)state.Uid);
        json.Write("gid"u8, (long)state.Gid);
        json.Write("size"u8, state.Size);
        json.Write("modified"u8, state.Modified.Seconds);
        json.Write("linkTarget"u8, state.LinkTarget);
    }
}
