using System.Collections.Immutable;
using Slipway.Build.Dockerfile;
using Slipway.Oci.Image;

namespace Slipway.Build.Graph;

/// <summary>A stage while its instructions are read: the configuration so far, the variables in scope, and the step that it stands on.</summary>
internal sealed class StageState
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private StageState(ImageConfig image, Vertex tip, Platform platform)
    {
        Image = image;
        Config = image.Config ?? new ExecutionConfig();
        Tip = tip;
        Platform = platform;
        Env = new(Config.Env ?? []);
        if (Env.Find("PATH") is null)
            Env.Set("PATH", DefaultPath);
        Scope = new(Env.Lines);
    }

    /// <summary>Platform, author and the like; its <c>config</c> is <see cref="Config"/> at the end.</summary>
    public ImageConfig Image { get; set; }

    public ExecutionConfig Config { get; set; }

    /// <summary>The image's variables.</summary>
    public Environment Env { get; }

    /// <summary>What instructions and RUN steps see: the image's variables and the arguments, whichever was set last.</summary>
    public Environment Scope { get; }

    /// <summary>ARGs in the order of their declaration, as the history shows them.</summary>
    public List<string> Arguments { get; } = [];

    /// <summary>Shared with the stages that begin here: ten thousand of them would else have ten thousand copies.</summary>
    public ImmutableList<HistoryDraft> History { get; set; } = [];

    /// <summary>What ONBUILD leaves for children.</summary>
    public List<string> Triggers { get; } = [];

    /// <summary>Characters of the history's lines.</summary>
    public int HistorySize { get; set; }

    public Vertex Tip { get; set; }

    /// <summary>What the stage's programs are for.</summary>
    public Platform Platform { get; }

    /// <summary>The image that the stage stands on in the end, and what its Dockerfile calls it; null for none.</summary>
    public (string Name, Store.Images.ImageRecord Image)? Base { get; set; }

    /// <summary>The last CMD, ENTRYPOINT and HEALTHCHECK that this stage has said itself, by keyword.</summary>
    public Dictionary<string, InstructionNode> Said { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether a WORKDIR of this Dockerfile has been absolute.</summary>
    public bool HasWorkdir { get; set; }

    /// <summary>How many instructions have become steps, a FROM of an image included.</summary>
    public int Steps { get; set; }

    /// <summary>How many layers the stage's steps and what they stand on are sure to have.</summary>
    public int Layers { get; set; }

    public string WorkingDirectory => Config.WorkingDir is { Length: > 0 } directory ? Context.GoPath.Join("/", directory) : "/";

    /// <summary>Begins with an image, or with nothing but the conventions.</summary>
    public static StageState FromImage(ImageConfig? image, Platform platform, Vertex tip)
    {
        if (image is null)
            return new(Empty(platform), tip, platform) { Steps = 1 };
        var own = new Platform { OS = image.OS, Architecture = image.Architecture, Variant = image.Variant };
        // The triggers are for this stage; what comes of it has its own.
        var state = new StageState(image with { Config = image.Config is null ? null : image.Config with { OnBuild = null } }, tip, own) { Steps = 1, Layers = image.Rootfs.DiffIds.Count };
        state.History = state.History.AddRange((image.History ?? []).Select(entry => new HistoryDraft(entry, null)));
        return state;
    }

    /// <summary>Begins where another stage ended: its configuration, variables and history are inherited.</summary>
    public static StageState FromStage(StageState parent)
    {
        ImageConfig image = parent.Finish();
        var state = new StageState(image with { Config = image.Config! with { OnBuild = null } }, parent.Tip, parent.Platform) { Base = parent.Base, HasWorkdir = parent.HasWorkdir, Layers = parent.Layers, HistorySize = parent.HistorySize, History = parent.History };
        foreach (string line in parent.Scope.Lines)
            state.Scope.Set(line);
        state.Arguments.AddRange(parent.Arguments);
        return state;
    }

    /// <summary>The configuration, but for layers and history.</summary>
    public ImageConfig Finish() => Image with { Config = Config with { Env = Env.Lines, OnBuild = Triggers.Count > 0 ? Triggers : null } };

    private static ImageConfig Empty(Platform platform) => new()
    {
        Architecture = platform.Architecture,
        OS = platform.OS,
        Variant = platform.Variant,
        Config = new ExecutionConfig { Env = ["PATH=" + DefaultPath], WorkingDir = "/" },
        Rootfs = new RootFs { Type = "layers", DiffIds = [] },
    };
}
