using System.Text;
using System.Text.Json.Nodes;
using Slipway.Engine.Containers;
using Slipway.Engine.Events;
using Slipway.Oci;
using Slipway.Oci.Json;
using Slipway.Store.Images;

namespace Slipway.Engine.Recording;

/// <summary>
/// Where a committed image came from. It stands in annotations of the image's manifest (image-spec, annotations.md): the image's configuration, which is
/// what docker's clients see, stays as docker makes it, and the record goes where the image is pushed to.
/// </summary>
/// <param name="Container">The container's name.</param>
/// <param name="ContainerId">Its id.</param>
/// <param name="Image">What the container was made from, as it was called then.</param>
/// <param name="By">Who committed it: a user of the host's.</param>
/// <param name="Executed">What was executed in it besides its own command, the first one first, secrets hidden.</param>
/// <param name="IsComplete">Nothing executed is missing: the events go back to when the container was made.</param>
public sealed record CommitRecord(string Container, string ContainerId, string Image, string By, IReadOnlyList<string> Executed, bool IsComplete)
{
    private const string Prefix = "slipway.committed.", Base = "org.opencontainers.image.base.";
    private const string ExecStart = "exec_start: ";

    /// <summary>Of a container as it is now.</summary>
    internal static CommitRecord Of(ContainerRecord container, string by, EventTable events) => new(
        container.Name, container.Id, container.Request.Image, by,
        [.. events.From(container.Created).Where(e => e.Actor == container.Id && e.Action.StartsWith(ExecStart, StringComparison.Ordinal)).Select(e => SecretMask.Line(e.Action[ExecStart.Length..]))],
        events.GoesBackTo(container.Created));

    /// <summary>Of an image; null where it was not committed by us.</summary>
    public static CommitRecord? Find(ImageRecord image)
    {
        if (image.Manifest.Annotations is not { } all || !all.TryGetValue(Prefix + "container", out string? container))
            return null;
        return new(container, all.GetValueOrDefault(Prefix + "container-id", ""), all.GetValueOrDefault(Prefix + "image", ""), all.GetValueOrDefault(Prefix + "by", ""),
            all.TryGetValue(Prefix + "executed", out string? executed) ? Read(executed) : [], !all.ContainsKey(Prefix + "executed-incomplete"));
    }

    /// <summary>The image that a committed container stood on; null where the image was not committed by us.</summary>
    public static string? ParentOf(ImageRecord image) =>
        image.Manifest.Annotations is { } all && all.ContainsKey(Prefix + "container") ? all.GetValueOrDefault(Base + "digest") : null;

    /// <summary>For the manifest.</summary>
    /// <param name="parent">The image that the container stands on.</param>
    internal IReadOnlyDictionary<string, string> ToAnnotations(ImageRecord parent)
    {
        SortedDictionary<string, string> all = new(StringComparer.Ordinal)
        {
            [Prefix + "container"] = Container, [Prefix + "container-id"] = ContainerId, [Prefix + "image"] = Image, [Prefix + "by"] = By,
            [Base + "digest"] = parent.Id.ToString(),
        };
        if (Reference.TryParse(Image, out Reference? name))
            all[Base + "name"] = name.ToString();
        if (Executed.Count > 0)
            all[Prefix + "executed"] = new JsonArray([.. Executed.Select(e => (JsonNode)e)]).ToJsonString();
        if (!IsComplete)
            all[Prefix + "executed-incomplete"] = "true";
        return all;
    }

    // Whoever made the image wrote it: what can't be read is shown as it is.
    private static IReadOnlyList<string> Read(string executed)
    {
        try
        {
            return JsonReader.Read<List<string>>(Encoding.UTF8.GetBytes(executed), "what was executed", ErrorKind.InvalidArgument, static (scoped ref JsonReader json) => json.Strings());
        }
        catch (SlipwayException)
        {
            return [executed];
        }
    }
}
