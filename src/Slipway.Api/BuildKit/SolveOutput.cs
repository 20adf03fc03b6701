using Slipway.Api.Protobuf;
using Slipway.Build.Export;
using Slipway.Oci;
using Slipway.Store.Images.Archives;

namespace Slipway.Api.BuildKit;

/// <summary>Where a client wants a result: BuildKit's exporters.</summary>
/// <param name="Type">moby and image: the store; local, tar, oci and docker: the client.</param>
/// <param name="Attributes">name, push, and others.</param>
internal sealed record SolveOutput(string Type, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>Whether it goes to the client as one file, not to the store.</summary>
    public bool IsFile => Type is "tar" or "oci" or "docker";

    /// <summary>Whether it goes to the client as a directory.</summary>
    public bool IsDirectory => Type is "local";

    /// <summary>The image's names.</summary>
    public IReadOnlyList<Reference> Names => [.. (Attributes.GetValueOrDefault("name") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Reference.ParseTag)];

    /// <summary>moby.buildkit.v1.Exporter.</summary>
    public static SolveOutput Read(ReadOnlySpan<byte> message)
    {
        string type = "";
        Dictionary<string, string> attributes = [];
        for (var reader = new ProtoReader(message); reader.Next();)
        {
            if (reader.Field == 1)
                type = reader.Text;
            else if (reader.Field == 2)
                reader.AddTo(attributes);
        }
        return new(type, attributes);
    }

    /// <summary>As the builder has it.</summary>
    /// <param name="place">Where to put what goes to the client.</param>
    /// <param name="isForSeveral">Whether it is of several platforms: their files are in a directory each.</param>
    /// <exception cref="SlipwayException">NotSupported, InvalidArgument: one that can't be.</exception>
    public BuildOutput ToOutput(string place, bool isForSeveral)
    {
        if (Attributes.ContainsKey("platform-split") && Is("platform-split") != isForSeveral)
            throw new SlipwayException(ErrorKind.NotSupported, $"platform-split={Linux.Printable.Escape(Attributes["platform-split"])} is not served: several platforms' files are in a directory each, those of one are not");
        if (Is("push-by-digest"))
            throw new SlipwayException(ErrorKind.NotSupported, "push-by-digest is not served: push under a name");
        if (Attributes.GetValueOrDefault("compression") is { Length: > 0 } and not "gzip" and var compression)
            throw new SlipwayException(ErrorKind.NotSupported, $"compression '{Linux.Printable.Escape(compression)}' is not served: new layers are gzip");
        return Type switch
        {
            "moby" or "image" => new ImageOutput(Names, Is("push")),
            "local" => new LocalOutput(place),
            "tar" => new TarOutput(place),
            "oci" or "docker" when Attributes.GetValueOrDefault("tar") == "false" =>
                throw new SlipwayException(ErrorKind.NotSupported, $"output {Type} as a directory (tar=false) is not served: take the archive"),
            "oci" => new ArchiveOutput(place, ArchiveFormat.Oci, Names),
            "docker" => new ArchiveOutput(place, ArchiveFormat.Docker, Names),
            "" or "cacheonly" => new CacheOnlyOutput(),
            _ => throw new SlipwayException(ErrorKind.NotSupported, $"output '{Linux.Printable.Escape(Type)}' is not served: it is image, local, tar, oci or docker"),
        };
    }

    private bool Is(string name) => Attributes.GetValueOrDefault(name) is "true" or "1";
}
