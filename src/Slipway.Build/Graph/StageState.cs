using Slipway.Oci.Image;

namespace Slipway.Build.Graph;

/// <summary>A stage while its instructions are read: the configuration so far, the variables in scope, and the step that it stands on.</summary>
internal sealed class StageState
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private StageState(ImageConfig image, Vertex tip)
    {
        Image = image;
        Config = image.Config ?? new ExecutionConfig();
        Tip = tip;
        Env = new(Config.Env ?? []);
    }

    /// <summary>Platform, author and the like; its <c>config</c> is <see cref="Config"/> at the end.</summary>
    public ImageConfig Image { get; set; }

    public ExecutionConfig Config { get; set; }

    public Environment Env { get; }

    /// <summary>ARGs in scope, in the order of their declaration.</summary>
    public List<(string Name, string? Value)> Arguments { get; } = [];

    public List<HistoryDraft> History { get; } = [];

    public Vertex Tip { get; set; }

    /// <summary>Whether this stage has said CMD itself: then ENTRYPOINT leaves it.</summary>
    public bool HasOwnCommand { get; set; }

    /// <summary>How many instructions have become steps, a FROM of an image included.</summary>
    public int Steps { get; set; }

    public string WorkingDirectory => Config.WorkingDir is { Length: > 0 } directory ? directory : "/";

    /// <summary>Begins with an image, or with nothing but the conventions.</summary>
    public static StageState FromImage(ImageConfig? image, Platform platform, Vertex tip)
    {
        if (image is null)
            return new(Empty(platform), tip) { Steps = 1 };
        var state = new StageState(image, tip) { Steps = 1 };
        state.History.AddRange((image.History ?? []).Select(entry => new HistoryDraft(entry, null)));
        return state;
    }

    /// <summary>Begins where another stage ended: its configuration, variables and history are inherited.</summary>
    public static StageState FromStage(StageState parent)
    {
        var state = new StageState(parent.Finish(), parent.Tip);
        state.Arguments.AddRange(parent.Arguments);
        state.History.AddRange(parent.History);
        return state;
    }

    /// <summary>The configuration, but for layers and history.</summary>
    public ImageConfig Finish() => Image with { Config = Config with { Env = Env.Lines } };

    /// <summary>A variable's value: the environment beats the arguments.</summary>
    public string? Lookup(string name) => Env.Find(name) ?? Arguments.FindLast(argument => argument.Name == name).Value;

    /// <summary>What a RUN of this stage sees: the image's environment and the arguments in scope.</summary>
    public Environment RunEnvironment()
    {
        var run = new Environment(Env.Lines);
        foreach ((string name, string? value) in Arguments)
        {
            if (value is not null && Env.Find(name) is null)
                run.Set(name, value);
        }
        if (run.Find("PATH") is null)
            run.Set("PATH", DefaultPath);
        return run;
    }

    private static ImageConfig Empty(Platform platform) => new()
    {
        Architecture = platform.Architecture,
        OS = platform.OS,
        Variant = platform.Variant,
        Config = new ExecutionConfig { Env = ["PATH=" + DefaultPath], WorkingDir = "/" },
        Rootfs = new RootFs { Type = "layers", DiffIds = [] },
    };
}
