using System.Globalization;
using Slipway.Engine.Trash;

namespace Slipway.Cli.Output;

/// <summary>The trash, as a table or by a template.</summary>
internal static class TrashPrinter
{
    private const string Columns = "{{.Kind}}\t{{.Name}}\t{{.ID}}\t{{.Image}}\t{{.Size}}\t{{.Removed}}\t{{.Expires}}";

    private static readonly Dictionary<string, string> s_headings = new()
    {
        ["Kind"] = "KIND", ["Name"] = "NAME", ["ID"] = "ID", ["Image"] = "IMAGE", ["Size"] = "SIZE", ["Removed"] = "REMOVED", ["Expires"] = "UNTIL", ["Container"] = "CONTAINER",
    };

    public static void Print(IReadOnlyList<TrashedItem> items, DateTimeOffset now, string? format)
    {
        if (items.Count == 0 && format is null)
            Console.Out.WriteLine("the trash is empty: nothing can be brought back");
        else
            new ListPrinter(Columns, s_headings).Print(format, items.Select(i => new ListRow(field => FieldOf(i, field, now), static () => null)));
    }

    private static string FieldOf(TrashedItem item, string field, DateTimeOffset now) => field switch
    {
        "Kind" => item.Kind is TrashedKind.Container ? "container" : "volume",
        "Name" => item.Name,
        "ID" => item.Kind is TrashedKind.Container ? item.ShortId : item.Id,
        "Image" => item.Image ?? "",
        "Size" => item.Bytes is { } bytes ? Humanize.Size(bytes) : "",
        "Removed" => Humanize.Ago(item.Removed, now),
        "Container" => item.Container is { } container ? container[..12] : "",
        _ => item.Expires.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
    };
}
