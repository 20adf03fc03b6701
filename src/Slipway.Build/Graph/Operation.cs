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

/// <summary>Runs a process on input 0.</summary>
internal sealed record RunOperation(IReadOnlyList<string> Args, IReadOnlyList<string> Env, string WorkingDirectory, string User, string Network) : Operation
{
    /// <summary>Variables that the process sees and that change nothing: the proxies of <c>--build-arg</c>.</summary>
    public IReadOnlyList<string> UnkeyedEnv { get; init; } = [];

    public override void Describe(Ingredients ingredients) => ingredients
        .Add("operation", "run").AddAll("arg", Args).AddAll("env", Env).Add("cwd", WorkingDirectory).Add("user", User).Add("network", Network);
}

/// <summary>Copies files of the context, or of input 1 where there is one, into input 0.</summary>
/// <param name="Sources">Patterns, from the root of the context or of input 1.</param>
/// <param name="Destination">Absolute; a slash at its end says directory.</param>
/// <param name="Chown"><c>user[:group]</c>, by name or number; null means the default.</param>
/// <param name="Mode">Permission bits for every file and directory copied; null keeps theirs.</param>
/// <param name="Unpack">ADD: archives become what they hold.</param>
/// <param name="FromContext">Whether the files come from the context.</param>
internal sealed record CopyOperation(IReadOnlyList<string> Sources, string Destination, string? Chown, int? Mode, bool Unpack, bool FromContext) : Operation
{
    public override void Describe(Ingredients ingredients) => ingredients
        .Add("operation", Unpack ? "add" : "copy").AddAll("source", Sources).Add("destination", Destination).Add("chown", Chown ?? "")
        .Add("chmod", Mode is { } mode ? Convert.ToString(mode, 8) : "").Add("from", FromContext ? "context" : "input");
}

/// <summary>Makes a directory in input 0 unless it is there.</summary>
internal sealed record WorkdirOperation(string Path) : Operation
{
    public override void Describe(Ingredients ingredients) => ingredients.Add("operation", "workdir").Add("path", Path);
}
