using Slipway.Build.Dockerfile;
using Slipway.Build.Dockerfile.Expansion;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Image;

namespace Slipway.Build.Graph;

/// <summary>Walks one stage's instructions in order; each changes the configuration, adds a step, or both, and leaves one line in the history.</summary>
internal sealed partial class StageEvaluator(ParsedDockerfile file, Stage stage, StageState state, GlobalScope scope, GraphOptions options, GraphBuilder graph)
{
    private readonly string _created = options.Epoch().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    public void Run()
    {
        foreach (Instruction instruction in stage.Body)
        {
            NotYet.Check(instruction, message => Error(instruction, message, ErrorKind.NotSupported));
            Evaluate(instruction);
        }
    }

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
            default: throw Error(instruction, $"{instruction.Node.Keyword} is not supported yet", ErrorKind.NotSupported);
        }
    }

    private DockerfileException Error(Instruction instruction, string message, ErrorKind kind = ErrorKind.InvalidArgument) =>
        file.Source.Error(instruction.Lines, message, kind);

    private string Expand(Instruction instruction, string word, QuoteMode mode = QuoteMode.Remove)
    {
        var expander = new WordExpander(file.Escape, state.Lookup);
        try
        {
            string result = expander.Expand(word, mode);
            foreach (string name in expander.Unset)
                graph.Warn(instruction, "UndefinedVar", $"usage of undefined variable '${name}'");
            return result;
        }
        catch (ExpansionException e)
        {
            throw Error(instruction, $"failed to process \"{Printable.Escape(word)}\": {e.Message}");
        }
    }

    private void Remember(string createdBy, Vertex? step = null) => state.History.Add(new(
        new HistoryEntry { Created = _created, CreatedBy = createdBy, Author = state.Image.Author, EmptyLayer = step is null ? true : null },
        step));

    private Vertex Step(Instruction instruction, Operation operation, string title, params ReadOnlySpan<Vertex> others)
    {
        state.Steps++;
        var place = new VertexPlace(instruction.Lines, GraphBuilder.NameOf(stage), state.Steps, title);
        return state.Tip = graph.Intern(operation, [state.Tip, .. others], place);
    }
}
