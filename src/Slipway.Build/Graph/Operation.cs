using Slipway.Build.Dockerfile;
using Slipway.Oci.Image;
using Slipway.Store.Images;

namespace Slipway.Build.Graph;

/// <summary>What one step does to a file system. It knows neither stages nor lines: equal operations on equal inputs are one.</summary>
internal abstract record Operation
{
    /// <summary>Adds everything that tells this operation from another.</summary>
    public abstract void Describe(Ingredients ingredients);
}

/// <summary>Begins with an image's layers, or with nothing.</summary>
internal sealed record ImageOperation(ImageRecord? Image) : Operation
{
    public override void Describe(Ingredients ingredients) => ingredients.Add("operation", "image").Add("image", Image?.Id.ToString() ?? "scratch");
}

/// <summary>Makes a directory in input 0 unless it is there.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="User">Who gets what is made: <c>user[:group]</c>; empty for root.</param>
internal sealed record WorkdirOperation(string Path, string User) : Operation
{
    public override void Describe(Ingredients ingredients) => ingredients.Add("operation", "workdir").Add("path", Path).Add("user", User);
}

/// <summary>Runs a process on input 0.</summary>
internal sealed record RunOperation(IReadOnlyList<string> Args, IReadOnlyList<string> Env, string WorkingDirectory, string User, string Network) : Operation
{
    /// <summary>Variables that the process sees and that change nothing: the proxies of <c>--build-arg</c>.</summary>
    public IReadOnlyList<string> UnkeyedEnv { get; init; } = [];

    /// <summary>What is mounted while it runs.</summary>
    public IReadOnlyList<MountOperation> Mounts { get; init; } = [];

    /// <summary>A script that the command names, put where it says for the time of the run; null where there is none.</summary>
    public ScriptFile? Script { get; init; }

    /// <summary>Runs with every right that the host's root has.</summary>
    public bool IsInsecure { get; init; }

    public StepLimits Limits { get; init; } = StepLimits.None;

    /// <summary>What the processor must be able to run.</summary>
    public Platform Platform { get; init; } = Platform.Host;

    public override void Describe(Ingredients ingredients)
    {
        ingredients.Add("operation", "run").AddAll("arg", Args).AddAll("env", Env).Add("cwd", WorkingDirectory).Add("user", User).Add("network", Network);
        ingredients.Add("security", IsInsecure ? "insecure" : "sandbox").Add("platform", Platform.ToString()).Add("script", Script?.Content ?? "");
        ingredients.Add("shm", Limits.ShmSize?.ToString() ?? "").AddAll("ulimit", Limits.Ulimits.Select(limit => limit.ToString()));
        ingredients.Add("hostname", Limits.Hostname).AddAll("host", Limits.Hosts.Select(host => $"{host.Host}={host.Address}"));
        foreach (MountOperation mount in Mounts)
            mount.Describe(ingredients);
    }
}

/// <summary>A here-document that is a program: where it is in the step, and what it says.</summary>
internal sealed record ScriptFile(string Path, string Content);

/// <summary>One mount of a RUN.</summary>
/// <param name="Mount">What it is; its target is absolute.</param>
/// <param name="Input">The step's input that it shows; -1 where it shows none.</param>
/// <param name="Context">The context that it shows files of: empty for the build's own; null where it shows none.</param>
internal sealed record MountOperation(RunMount Mount, int Input, string? Context)
{
    // A secret's value and an agent's answers are no ingredients: they may change nothing, and must show nowhere.
    public void Describe(Ingredients ingredients) => ingredients
        .Add("mount", Mount.Kind.ToString()).Add("target", Mount.Target).Add("source", Mount.Source).Add("id", Mount.Id).Add("variable", Mount.Env ?? "")
        .Add("readonly", Mount.IsReadOnly ? "yes" : "no").Add("sharing", Mount.Sharing.ToString()).Add("size", Mount.Size.ToString())
        .Add("mode", Mount.Mode is { } mode ? Convert.ToString(mode, 8) : "").Add("owner", $"{Mount.Uid}:{Mount.Gid}")
        .Add("from", Context is null ? $"input {Input}" : $"context {Context}");
}
