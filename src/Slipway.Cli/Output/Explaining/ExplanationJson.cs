using System.Text;
using Slipway.Engine.Recording;
using Slipway.Oci.Json;
using Slipway.Store.Explaining;

namespace Slipway.Cli.Output.Explaining;

/// <summary>What <c>explain</c> found as JSON, all of it; sizes are bytes.</summary>
internal static class ExplanationJson
{
    public static void Print(ImageExplanation image, CommitRecord? commit) => Print(JsonWriter.Document(image, (json, image) =>
    {
        json.Write("storedBytes"u8, image.StoredBytes);
        json.Write("hiddenBytes"u8, image.HiddenBytes);
        json.Write("repeatedBytes"u8, image.RepeatedBytes);
        json.Write("allCompared"u8, image.AllCompared);
        json.Write("steps"u8, image.Steps, Content);
        json.Write("hidden"u8, image.Hidden, static (json, hidden) =>
        {
            json.Write("kind"u8, hidden.Kind switch
            {
                HiddenKind.Doubled => "doubled",
                HiddenKind.Removed => "removed",
                _ => "replaced",
            });
            json.Write("layer"u8, hidden.Step, Step);
            json.Write("by"u8, hidden.By, Step);
            json.Write("bytes"u8, hidden.Bytes);
            json.Write("files"u8, hidden.Files);
            json.Write("changed"u8, hidden.Kind == HiddenKind.Doubled ? DifferenceJson.Words(hidden.Changed) : null);
            json.Write("largest"u8, hidden.Largest, static (json, file) =>
            {
                json.Write("path"u8, file.Path);
                json.Write("bytes"u8, file.Bytes);
            });
            json.Write("fix"u8, hidden.Fix);
        });
        json.Write("repeated"u8, image.Repeated, static (json, repeated) =>
        {
            json.Write("digest"u8, repeated.Digest);
            json.Write("size"u8, repeated.Size);
            json.Write("count"u8, repeated.Count);
            json.Write("bytes"u8, repeated.Bytes);
            json.Write("paths"u8, repeated.Paths);
        });
        json.Write("caches"u8, image.Caches, static (json, cache) =>
        {
            json.Write("name"u8, cache.Name);
            json.Write("path"u8, cache.Path);
            json.Write("layers"u8, cache.Steps, Step);
            json.Write("bytes"u8, cache.Bytes);
            json.Write("files"u8, cache.Files);
            json.Write("fix"u8, cache.Fix);
        });
        json.Write("committed"u8, commit, static (json, commit) =>
        {
            json.Write("container"u8, commit.Container);
            json.Write("containerId"u8, commit.ContainerId);
            json.Write("image"u8, commit.Image);
            json.Write("by"u8, commit.By);
            json.Write("executed"u8, commit.Executed);
            json.Write("complete"u8, commit.IsComplete);
        });
    }));

    public static void Print(PathExplanation path) => Print(JsonWriter.Document(path, static (json, path) =>
    {
        json.Write("path"u8, path.Path);
        json.Write("removedBy"u8, path.RemovedBy, Step);
        json.Write("versions"u8, path.Versions, static (json, version) =>
        {
            json.Write("layer"u8, version.Step, Step);
            json.Write("state"u8, version.State, DifferenceJson.State);
            json.Write("hiddenBy"u8, version.HiddenBy, Step);
            json.Write("changed"u8, version.Changed is { } what ? DifferenceJson.Words(what) : null);
        });
        json.Write("packages"u8, path.Packages.Found, static (json, package) =>
        {
            json.Write("name"u8, package.Name);
            json.Write("version"u8, package.Version);
            json.Write("manager"u8, package.Manager);
        });
        json.Write("notes"u8, path.Packages.Notes);
        json.Write("inside"u8, path.Inside, Content);
    }));

    private static void Content(JsonWriter json, StepContent content)
    {
        json.Write("layer"u8, content.Step, Step);
        json.Write("bytes"u8, content.Bytes);
        json.Write("files"u8, content.Files);
    }

    private static void Step(JsonWriter json, LayerStep step)
    {
        json.Write("number"u8, step.Number);
        json.Write("chainId"u8, step.ChainId);
        json.Write("diffId"u8, step.DiffId);
        json.Write("instruction"u8, step.Instruction);
    }

    private static void Print(byte[] document) => Console.Out.WriteLine(Encoding.UTF8.GetString(document));
}
