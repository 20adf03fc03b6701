using Slipway.Build.Context;
using Slipway.Build.Dockerfile;
using Slipway.Build.Dockerfile.Expansion;
using Slipway.Oci;

namespace Slipway.Build.Graph;

// COPY, ADD, WORKDIR.
internal sealed partial class StageEvaluator
{
    private const int MaxMode = 0b111_111_111_111;

    private void Copy(CopyInstruction copy)
    {
        List<string> sources = [.. copy.Sources.Select(source => Expand(copy, source, copy.IsJson ? QuoteMode.Literal : QuoteMode.KeepEscapes))];
        string destination = Expand(copy, copy.Destination, copy.IsJson ? QuoteMode.Literal : QuoteMode.Remove);
        Check(copy, sources, destination);
        string? chown = copy.Chown is null ? null : Expand(copy, copy.Chown);
        var operation = new CopyOperation(sources, Absolute(destination), chown, Mode(copy), copy.IsAdd, copy.From is null);
        string flags = (copy.From is null ? "" : $"--from={copy.From} ") + (chown is null ? "" : $"--chown={chown} ") + (copy.Chmod is null ? "" : $"--chmod={copy.Chmod} ");
        string line = $"{copy.Node.Keyword} {flags}{string.Join(' ', sources)} {destination}";
        Vertex step = copy.From is null ? Step(copy, operation, line) : Step(copy, operation, line, graph.SourceOf(copy, stage));
        Remember($"{line} # slipway", step);
    }

    private void Check(CopyInstruction copy, List<string> sources, string destination)
    {
        string keyword = copy.Node.Keyword;
        if (sources.Exists(source => source.Length == 0) || destination.Length == 0)
            throw Error(copy, $"{keyword} source and destination can not be blank");
        if (sources.Count > 1 && !IsDirectory(destination))
            throw Error(copy, $"when using {keyword} with more than one source file, the destination must be a directory and end with a /");
        if (sources.Find(NotYet.IsRemote) is { } remote)
            throw copy.IsAdd ? Error(copy, $"ADD of a URL ({Linux.Printable.Escape(remote)}) is not supported yet", ErrorKind.NotSupported) : Error(copy, "source can't be a URL for COPY");
        foreach (string source in sources)
        {
            try
            {
                GlobPattern.Parse(source);
            }
            catch (FormatException e)
            {
                throw Error(copy, e.Message);
            }
        }
    }

    private int? Mode(CopyInstruction copy)
    {
        if (copy.Chmod is null)
            return null;
        string text = Expand(copy, copy.Chmod);
        bool octal = text.Length is > 0 and <= 5 && text.All(c => c is >= '0' and <= '7');
        if (!octal && text.AsSpan().ContainsAny("+-="))
            throw Error(copy, $"symbolic modes ({copy.Node.Keyword} --chmod={text}) are not supported yet", ErrorKind.NotSupported);
        int mode = octal ? Convert.ToInt32(text, 8) : -1;
        return mode is >= 0 and <= MaxMode ? mode : throw Error(copy, $"invalid chmod parameter: '{Linux.Printable.Escape(text)}': it should be an octal number between 0 and 07777");
    }

    private void Workdir(WorkdirInstruction workdir)
    {
        string path = GoPath.Join(state.WorkingDirectory, Expand(workdir, workdir.Path));
        state.Config = state.Config with { WorkingDir = path };
        Remember($"WORKDIR {path}", Step(workdir, new WorkdirOperation(path), $"WORKDIR {path}"));
    }

    // Destinations are seen from the working directory; the slash that says directory stays.
    private string Absolute(string destination)
    {
        string path = GoPath.Join(state.WorkingDirectory, destination);
        return IsDirectory(destination) && path != "/" ? path + "/" : path;
    }

    private static bool IsDirectory(string destination) =>
        destination is "." or ".." || destination.EndsWith('/') || destination.EndsWith("/.", StringComparison.Ordinal) || destination.EndsWith("/..", StringComparison.Ordinal);
}
