using Slipway.Build.Dockerfile;
using Slipway.Build.Dockerfile.Expansion;
using Slipway.Build.Lint;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Image;

namespace Slipway.Build.Graph;

/// <summary>Walks one stage's instructions in order; each changes the configuration, adds a step, or both, and leaves one line in the history.</summary>
internal sealed partial class StageEvaluator(ParsedDockerfile file, Stage stage, StageState state, GlobalScope scope, GraphOptions options, GraphBuilder graph)
{
    /// <summary>overlayfs' own limit (OVL_MAX_STACK), less the directory that is written and one for safety.</summary>
    private const int MaxLayers = 498;

    private const int MaxVariables = 10_000;

    // As much as an image's configuration may have in all.
    private const int MaxHistory = 8 << 20;

    private readonly string _created = options.Epoch.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
    private bool _isTrigger;

    /// <param name="triggers">What the base image left for its children to do first.</param>
    public void Run(IReadOnlyList<Instruction> triggers)
    {
        _isTrigger = true;
        foreach (Instruction instruction in triggers)
            Evaluate(instruction);
        _isTrigger = false;
        foreach (Instruction instruction in stage.Body)
            Evaluate(instruction);
    }

    private Linter Linter => file.Linter;

    private void Evaluate(Instruction instruction)
    {
        switch (instruction)
        {
            case RunInstruction run: Run(run); break;
            case CopyInstruction copy: Copy(copy); break;
            case WorkdirInstruction workdir: Workdir(workdir); break;
            case EnvInstruction env: Env(env); break;
            case ArgInstruction arg: Arg(arg); break;
            case LabelInstruction label: Label(label); break;
            case CmdInstruction cmd: Cmd(cmd); break;
            case EntrypointInstruction entrypoint: Entrypoint(entrypoint); break;
            case ShellInstruction shell: Shell(shell); break;
            case UserInstruction user: User(user); break;
            case ExposeInstruction expose: Expose(expose); break;
            case VolumeInstruction volume: Volume(volume); break;
            case StopSignalInstruction signal: StopSignal(signal); break;
            case MaintainerInstruction maintainer: Maintainer(maintainer); break;
            case HealthcheckInstruction check: Healthcheck(check); break;
            case OnbuildInstruction onbuild: Onbuild(onbuild); break;
            default: throw new InvalidOperationException($"nobody evaluates {instruction.GetType().Name}");
        }
    }

    private DockerfileException Error(Instruction instruction, string message, ErrorKind kind = ErrorKind.InvalidArgument, Exception? inner = null) =>
        file.Source.Error(instruction.Lines, message, kind, inner);

    private string Expand(Instruction instruction, string word, QuoteMode mode = QuoteMode.Remove)
    {
        // A document's escape character is its own, whatever the file's is.
        var expander = new WordExpander(mode == QuoteMode.Document ? '\\' : file.Escape, state.Scope.Find);
        try
        {
            string result = expander.Expand(word, mode);
            foreach (string name in expander.Unset.Where(name => !state.Arguments.Contains(name)))
                Linter.Report(VariableRules.UndefinedVar, instruction.Node, name, Suggestion.For(name, state.Scope.Names));
            return result;
        }
        catch (ExpansionException e)
        {
            throw Error(instruction, $"failed to process \"{Printable.Escape(Shorten(word))}\": {e.Message}", inner: e);
        }
    }

    private static string Shorten(string word) => word.Length <= 200 ? word : word[..200] + "…";

    private void Remember(Instruction instruction, string createdBy, Vertex? step = null)
    {
        state.HistorySize += createdBy.Length;
        if (state.HistorySize > MaxHistory)
            throw Error(instruction, $"the image's history is larger than {MaxHistory >> 20} MiB", ErrorKind.Exhausted);
        if (state.Scope.Names.Count > MaxVariables)
            throw Error(instruction, $"a stage can have at most {MaxVariables} variables", ErrorKind.Exhausted);
        state.History = state.History.Add(new(new HistoryEntry { Created = _created, CreatedBy = createdBy, Author = state.Image.Author, EmptyLayer = step is null ? true : null }, step));
    }

    private Vertex Step(Instruction instruction, Operation operation, string title, params ReadOnlySpan<Vertex> others)
    {
        state.Steps++;
        // A WORKDIR may find its directory; the others always make a layer.
        state.Layers += operation is WorkdirOperation ? 0 : 1;
        if (state.Layers > MaxLayers)
            throw Error(instruction, $"an image can have at most {MaxLayers} layers", ErrorKind.Exhausted);
        var place = new VertexPlace(instruction.Lines, GraphBuilder.NameOf(stage), state.Steps, _isTrigger ? "ONBUILD " + title : title);
        return state.Tip = graph.Intern(operation, [state.Tip, .. others], place);
    }

    // Only the last one of a stage counts.
    private void SaidOnce(Instruction instruction)
    {
        string keyword = instruction.Node.Keyword;
        if (state.Said.TryGetValue(keyword, out InstructionNode? earlier))
            Linter.Report(InstructionRules.MultipleInstructionsDisallowed, earlier, keyword);
        state.Said[keyword] = instruction.Node;
    }
}
