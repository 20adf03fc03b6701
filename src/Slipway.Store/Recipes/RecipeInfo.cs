using Slipway.Oci;
using Slipway.Oci.Json;

namespace Slipway.Store.Recipes;

/// <summary>How a layer's blob is had again that is not kept.</summary>
internal enum RecipePacking
{
    /// <summary>It is the tar.</summary>
    Plain,

    /// <summary>The tar is packed as gzip, as a <see cref="Deflate.GzipJoiner"/> does.</summary>
    Gzip,

    /// <summary>It can't be made again: a registry has it.</summary>
    Registry,
}

/// <summary>What a recipe is for. Version 1; a version that is not known is an error, never guessed at.</summary>
internal sealed record RecipeInfo
{
    private const int CurrentVersion = 1;

    /// <summary>The blob.</summary>
    public required Digest Blob { get; init; }

    /// <summary>Its bytes.</summary>
    public required long BlobSize { get; init; }

    /// <summary>The digest of its plain tar.</summary>
    public required Digest DiffId { get; init; }

    /// <summary>The layer of whose tree it was recorded; any other of the same diff id will do.</summary>
    public required Digest ChainId { get; init; }

    /// <summary>How it is packed.</summary>
    public required RecipePacking Packing { get; init; }

    /// <summary>The model that predicts the packer, an index of <see cref="Deflate.MatchModel.All"/>.</summary>
    public int Model { get; init; }

    /// <summary>Bytes of the tar's part.</summary>
    public required long TarBytes { get; init; }

    /// <summary>Bytes of the decisions' part, which follows.</summary>
    public required long DecisionBytes { get; init; }

    /// <summary>Where the blob is to be had: <c>docker.io/library/busybox</c>.</summary>
    public string? Repository { get; init; }

    public byte[] ToJson() => JsonWriter.Document(this, static (json, recipe) =>
    {
        json.Write("version"u8, CurrentVersion);
        json.Write("blob"u8, recipe.Blob);
        json.Write("blobSize"u8, recipe.BlobSize);
        json.Write("diffId"u8, recipe.DiffId);
        json.Write("chainId"u8, recipe.ChainId);
        json.Write("packing"u8, recipe.Packing switch { RecipePacking.Plain => "plain", RecipePacking.Gzip => "gzip", _ => "registry" });
        json.Write("model"u8, recipe.Model);
        json.Write("tarBytes"u8, recipe.TarBytes);
        json.Write("decisionBytes"u8, recipe.DecisionBytes);
        json.Write("repository"u8, recipe.Repository);
    });

    /// <exception cref="SlipwayException">Corrupt: damaged, or of another version.</exception>
    public static RecipeInfo Read(ReadOnlySpan<byte> document, string path) => JsonReader.Read(document, $"'{path}'", ErrorKind.Corrupt, Read);

    private static RecipeInfo? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        Digest? blob = null, diffId = null, chainId = null;
        long? version = null, blobSize = null, tarBytes = null, decisionBytes = null;
        int? model = null;
        string? packing = null, repository = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "version": version = json.Int64(); break;
                case "blob": blob = json.Digest(); break;
                case "blobSize": blobSize = json.Int64(); break;
                case "diffId": diffId = json.Digest(); break;
                case "chainId": chainId = json.Digest(); break;
                case "packing": packing = json.String(); break;
                case "model": model = json.Int32(); break;
                case "tarBytes": tarBytes = json.Int64(); break;
                case "decisionBytes": decisionBytes = json.Int64(); break;
                case "repository": repository = json.String(); break;
                default: json.Skip(); break;
            }
        }
        if (version != CurrentVersion)
            throw json.Error("it is of another version");
        return new()
        {
            Blob = blob ?? throw json.Missing("blob"),
            BlobSize = blobSize ?? throw json.Missing("blobSize"),
            DiffId = diffId ?? throw json.Missing("diffId"),
            ChainId = chainId ?? throw json.Missing("chainId"),
            Packing = packing switch { "plain" => RecipePacking.Plain, "gzip" => RecipePacking.Gzip, "registry" => RecipePacking.Registry, _ => throw json.Error("its packing is not known") },
            Model = model is >= 0 and { } known && known < Deflate.MatchModel.All.Count ? known : throw json.Error("its model is not known"),
            TarBytes = tarBytes ?? throw json.Missing("tarBytes"),
            DecisionBytes = decisionBytes ?? throw json.Missing("decisionBytes"),
            Repository = repository,
        };
    }
}
