using Slipway.Integration.Tests.Registry;
using Xunit;

namespace Slipway.Integration.Tests;

/// <summary>What docker lets go, when, and what it says; its own answers were looked up with docker 20.10 and the client 28.2.</summary>
public sealed class RmiRulesTests
{
    [Fact]
    public void LastName_DeletesTheImage_AndListsItsLayersTopFirst()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Commit("one", "echo 1 > /1");
        slip.Commit("app", "echo 2 > /2", from: "one");
        slip.Ok("rmi", "one");
        string id = slip.Ok("image", "inspect", "-f", "{{.Id}}", "app");
        string[] layers = slip.Ok("image", "inspect", "-f", "{{range .Slipway.Layers}}{{.ChainId}} {{end}}", "app").Trim().Split(' ');

        string[] lines = slip.Ok("rmi", "app").Split('\n');

        Assert.Equal(["Untagged: app:latest", $"Deleted: {id}", $"Deleted: {layers[2]}", $"Deleted: {layers[1]}"], lines);
    }

    [Fact]
    public void ByName_StoppedContainer_MustBeForced_AndGoesOnAfterwards()
    {
        using Slip slip = Slip.WithBusybox();
        string container = slip.Ok("create", "--name", "holder", "busybox", "echo", "still"), id = slip.Ok("images", "-q");

        Slip.Result refused = slip.Run("rmi", "busybox");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"conflict: unable to remove repository reference \"busybox\" (must force) - container {container[..12]} is using its referenced image {id}", refused.Errors, StringComparison.Ordinal);
        refused = slip.Run("rmi", id);
        Assert.Contains($"conflict: unable to delete {id} (must be forced) - image is being used by stopped container {container[..12]}", refused.Errors, StringComparison.Ordinal);

        Assert.Matches($"^Untagged: busybox:latest\nDeleted: sha256:{id}[0-9a-f]+$", slip.Ok("rmi", "-f", "busybox"));
        Assert.Equal("", slip.Ok("images", "-aq"));
        Assert.Equal(id, slip.Ok("ps", "-a", "--format", "{{.Image}}"));
        Assert.Equal("still", slip.Ok("start", "-a", "holder"));
        Assert.Equal(1, slip.Run("rmi", id).ExitCode);
        slip.Ok("system", "check");
        // The last one on it takes it along.
        slip.Ok("rm", "--purge", "holder");
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(slip.DataRoot, "layers")));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(slip.DataRoot, "content/blobs/sha256")));
    }

    [Fact]
    public void RunningContainer_ByIdNeverByNameOnlyTheName()
    {
        using Slip slip = Slip.WithBusybox();
        string container = slip.Ok("run", "-d", "--name", "holder", "busybox", "sleep", "1000"), id = slip.Ok("images", "-q");
        Slip.Result refused = slip.Run("rmi", "-f", id);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"conflict: unable to delete {id} (cannot be forced) - image is being used by running container {container[..12]}", refused.Errors, StringComparison.Ordinal);
        Assert.Equal("Untagged: busybox:latest", slip.Ok("rmi", "-f", "busybox"));
        Assert.Equal("<none> <none>", slip.Ok("images", "--format", "{{.Repository}} {{.Tag}}"));
        Assert.Equal("still", slip.Ok("exec", "holder", "echo", "still"));
    }

    [Fact]
    public void RunningContainerThatHasEnded_CountsAsStopped()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("run", "-d", "--name", "short", "busybox", "true");
        slip.Ok("wait", "short");
        Assert.Contains("Deleted: ", slip.Ok("rmi", "-f", slip.Ok("images", "-q")), StringComparison.Ordinal);
    }

    [Fact]
    public void ById_SeveralNames_MustBeForced()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("tag", "busybox", "other:2");
        string id = slip.Ok("images", "-q");
        Assert.Contains($"conflict: unable to delete {id} (must be forced) - image is referenced in multiple repositories", slip.Run("rmi", id).Errors, StringComparison.Ordinal);
        string[] lines = slip.Ok("rmi", "-f", id).Split('\n');
        Assert.Equal(["Untagged: busybox:latest", "Untagged: other:2"], lines[..2]);
        Assert.StartsWith($"Deleted: sha256:{id}", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_IsAnErrorUnlessForced_AndTheRestGoes()
    {
        using Slip slip = Slip.WithBusybox();
        Slip.Result result = slip.Run("rmi", "nope", "busybox", "busybox");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(2, result.Errors.Split('\n').Count(l => l.StartsWith("Error: No such image: ", StringComparison.Ordinal)));
        Assert.StartsWith("Untagged: busybox:latest\nDeleted: ", result.Output, StringComparison.Ordinal);
        Slip.Result forced = slip.Run("rmi", "-f", "nope");
        Assert.Equal(0, forced.ExitCode);
        Assert.Contains("No such image: nope:latest", forced.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_ShareALayer_ItIsListedWithTheLast()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Commit("app", "echo 1 > /1");
        string shared = slip.Ok("image", "inspect", "-f", "{{(index .Slipway.Layers 0).ChainId}}", "busybox");
        string[] lines = slip.Ok("rmi", "--no-prune", "busybox", "app").Split('\n');
        Assert.Equal($"Deleted: {shared}", lines[^1]);
        Assert.Single(lines, l => l.EndsWith(shared, StringComparison.Ordinal));
    }

    [Fact]
    public void LastTagOfARepository_TakesItsDigestsAlong()
    {
        using DockerRegistry registry = DockerRegistry.Start();
        using Slip slip = Slip.WithBusybox();
        string name = $"{registry.Host}/team/busybox";
        slip.Ok("tag", "busybox", name);
        slip.Ok("push", name);
        slip.Ok("rmi", "busybox", name);
        slip.Ok("pull", name);
        string digest = slip.Ok("images", "--digests", "--format", "{{.Digest}}");
        string id = slip.Ok("images", "-q", "--no-trunc");
        // One tag and the digest of the same repository count as one: by id it goes without force.
        string[] lines = slip.Ok("rmi", id).Split('\n');
        Assert.Equal([$"Untagged: {name}:latest", $"Untagged: {name}@{digest}", $"Deleted: {id}"], lines[..3]);

        slip.Ok("pull", name);
        Assert.Equal([$"Untagged: {name}:latest", $"Untagged: {name}@{digest}", $"Deleted: {id}"], slip.Ok("rmi", name).Split('\n')[..3]);
        slip.Ok("pull", name + "@" + digest);
        Assert.Equal($"{name} <none>", slip.Ok("images", "--format", "{{.Repository}} {{.Tag}}"));
        Assert.Equal(id, slip.Ok("images", "-q", "--no-trunc", "-f", "dangling=true"));
        Assert.Equal([$"Untagged: {name}@{digest}", $"Deleted: {id}"], slip.Ok("rmi", name + "@" + digest).Split('\n')[..2]);
    }

    [Fact]
    public void Untag_TakesNamesAndLeavesTheImage()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Ok("tag", "busybox", "other:2");
        slip.Ok("tag", "busybox", "third");
        slip.Ok("untag", "busybox", "other:2");
        Assert.Equal("busybox\nthird", slip.Ok("images", "--format", "{{.Repository}}"));
        Slip.Result wrong = slip.Run("untag", "busybox", "third", "nope");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("nope:latest is not one of its names", wrong.Errors, StringComparison.Ordinal);
        Assert.Equal("busybox\nthird", slip.Ok("images", "--format", "{{.Repository}}"));
        slip.Ok("untag", "busybox");
        Assert.Equal("<none>", slip.Ok("images", "--format", "{{.Repository}}"));
    }

    [Fact]
    public void Rmi_OfAnImageThatIsMountedElsewhere_IsRefusedAndByForceItStays()
    {
        using Slip slip = Slip.WithBusybox();
        slip.Commit("data", "echo inside >/file");
        slip.Ok("create", "--name", "reader", "--mount", "type=image,src=data,dst=/mnt", "busybox", "cat", "/mnt/file");
        Slip.Result refused = slip.Run("rmi", "data");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("is using its referenced image", refused.Errors, StringComparison.Ordinal);
        Assert.Equal("", slip.Ok("image", "prune", "-af", "--filter", "label!=none").Split('\n').SingleOrDefault(line => line.Contains("data", StringComparison.Ordinal)) ?? "");
        slip.Ok("rmi", "-f", "data");
        Assert.Equal("inside", slip.Ok("start", "-a", "reader"));
        // With its last container it goes.
        slip.Ok("rm", "reader");
        Assert.Equal("busybox:latest", slip.Ok("images", "-a", "--format", "{{.Repository}}:{{.Tag}}"));
    }
}
