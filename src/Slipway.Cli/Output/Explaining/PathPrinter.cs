using System.Text;
using Slipway.Linux;
using Slipway.Store.Comparing;
using Slipway.Store.Explaining;
using Slipway.Store.Explaining.Packages;

namespace Slipway.Cli.Output.Explaining;

/// <summary>Where one path of an image comes from, for people.</summary>
internal sealed class PathPrinter(bool verbose)
{
    private const int LabelWidth = 10;
    private readonly DifferencePrinter _states = new(verbose);
    private readonly StringBuilder _text = new();

    public void Print(PathExplanation path)
    {
        _text.Append(Printable.Escape(path.Path)).Append('\n');
        int hiddenFrom = 1;
        if (path.RemovedBy is { } remover)
        {
            Line("removed", $"by layer {remover.Number}: it is not in the image");
            Line("by", Instruction(remover));
            hiddenFrom = 0;
        }
        else
        {
            Seen(path);
        }
        foreach (PathVersion version in path.Versions.Skip(hiddenFrom))
        {
            Line(version.HiddenBy is null ? "also in" : "hidden", $"layer {version.Step.Number}: {Describe(version.State)}{Changed(version)}");
            Line("", Instruction(version.Step));
        }
        foreach (string note in path.Packages.Notes)
            Line("note", Printable.Escape(note));
        Console.Out.Write(_text);
    }

    private void Seen(PathExplanation path)
    {
        PathVersion top = path.Versions[0];
        Line("is", Describe(top.State));
        Line("layer", verbose ? $"{top.Step.Number} {top.Step.ChainId}" : $"{top.Step.Number} ({top.Step.ChainId.Short})");
        Line("made by", Instruction(top.Step));
        foreach (Package package in path.Packages.Found)
            Line("package", $"{Printable.Escape(package.Name)} {Printable.Escape(package.Version ?? "")} ({package.Manager})");
        foreach (StepContent inside in path.Inside)
            Line("holds", $"{_states.Size(inside.Bytes)} in {inside.Files} file{(inside.Files == 1 ? "" : "s")} of layer {inside.Step.Number}");
    }

    private string Describe(PathState state) => $"{_states.Describe(state)}, mode {DifferencePrinter.Octal(state.Mode)}, owner {state.Uid}:{state.Gid}";

    private static string Changed(PathVersion version) => version.Changed switch
    {
        null => "",
        Differing.None => " (the same as above it)",
        { } what => $" (above it, another {string.Join(", ", DifferenceJson.Words(what))})",
    };

    private void Line(string label, string what) => _text.Append("  ").Append(label.PadRight(LabelWidth)).Append(what).Append('\n');

    private static string Instruction(LayerStep step) => Printable.Escape(step.Instruction ?? "(the image doesn't tell)");
}
