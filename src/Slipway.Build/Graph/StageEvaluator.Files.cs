using Slipway.Build.Context;
using Slipway.Build.Dockerfile;
using Slipway.Build.Dockerfile.Expansion;
using Slipway.Build.Fetching;
using Slipway.Build.Lint;
using Slipway.Oci;

namespace Slipway.Build.Graph;

// COPY, ADD, WORKDIR.
internal sealed partial class StageEvaluator
{
    private void Copy(CopyInstruction copy)
    {
        List<string> words = [.. copy.Sources.Select(source => Expand(copy, source))];
        string destination = Expand(copy, copy.Destination);
        Check(copy, words, destination);
        CopySource[] sources;
        ModeChange? mode;
        string? chown = FlagOf(copy, copy.Chown);
        try
        {
            mode = FlagOf(copy, copy.Chmod) is { } chmod ? ModeChange.Parse(chmod) : null;
            sources = [.. words.Select(word => Source(copy, word)), .. copy.Documents.Select(document =>
                new DocumentSource(document.Name, document.Expand ? Expand(copy, document.Text, QuoteMode.Document) : document.Text))];
        }
        catch (FormatException e)
        {
            throw Error(copy, e.Message, inner: e);
        }
        if (copy.Options.Link && chown is not null && OwnerName.NeedsFiles(chown))
            throw Error(copy, $"with --link, --chown takes numbers: there is no stage in which '{Linux.Printable.Escape(chown)}' could be looked up");
        (Vertex? from, string? context) = copy.From is null ? (null, "") : graph.SourceOf(copy, copy.From, stage);
        List<string> excludes = [.. copy.Options.Excludes.Select(pattern => Expand(copy, pattern))];
        var operation = new CopyOperation(sources, Absolute(destination))
        {
            Chown = chown,
            Mode = mode,
            Context = context,
            Excludes = excludes,
            IsLink = copy.Options.Link && mode is null,
        };
        string line = Line(copy, words, destination, chown, mode, excludes);
        Vertex step = from is null ? Step(copy, operation, line) : Step(copy, operation, line, from);
        Remember(copy, $"{line} # slipway", step);
    }

    // One that comes to nothing, as of a variable that isn't set, is none.
    private string? FlagOf(CopyInstruction copy, string? value) => value is not null && Expand(copy, value) is { Length: > 0 } expanded ? expanded : null;

    private void Check(CopyInstruction copy, List<string> sources, string destination)
    {
        string keyword = copy.Node.Keyword;
        if (sources.Count + copy.Documents.Count > 1 && !IsDirectory(destination))
            Linter.Report(OwnRules.SeveralSourcesOneName, copy.Node, keyword, destination);
        if (copy.From is null)
            SecretCheck.Files(Linter, copy.Node, sources);
        if (copy.From is null && options.IsIgnored is { } isIgnored)
        {
            foreach (string source in sources.Where(source => !GitReference.IsRemote(source) && isIgnored(source)))
                Linter.Report(InstructionRules.CopyIgnoredFile, copy.Node, keyword, source);
        }
    }

    private CopySource Source(CopyInstruction copy, string word)
    {
        CopyOptions flags = copy.Options;
        string? checksum = flags.Checksum is null ? null : Expand(copy, flags.Checksum);
        if (GitReference.TryParse(word) is { } repository)
        {
            if (!copy.IsAdd)
                throw Error(copy, "COPY takes no git repository: ADD does");
            return new RepositorySource(repository.With(flags.KeepGitDir, checksum));
        }
        if (GitReference.IsHttp(word))
            return Url(copy, word, checksum);
        if (checksum is not null)
            throw Error(copy, "--checksum is for a URL or a git repository");
        if (flags.KeepGitDir is not null && GitReference.IsRemote(word))
            throw Error(copy, $"'{Linux.Printable.Escape(word)}' is not a git repository that slip can read");
        (string path, string? include) = flags.Parents ? Pivot(word) : (word, null);
        GlobPattern.Parse(path);
        if (include is not null)
            GlobPattern.Parse(include, doubleStar: true);
        return new PathSource(path, flags.Unpack ?? copy.IsAdd, include);
    }

    private UrlSource Url(CopyInstruction copy, string word, string? checksum)
    {
        if (!copy.IsAdd)
            throw Error(copy, "COPY takes no URL: ADD does");
        if (checksum is not null && copy.Sources.Count != 1)
            throw Error(copy, "--checksum is for one source");
        Digest? digest = checksum is null ? null
            : Digest.TryParse(checksum, out Digest parsed) ? parsed : throw Error(copy, $"invalid checksum '{Linux.Printable.Escape(checksum)}': want sha256: and 64 hexadecimal digits");
        return Uri.TryCreate(word, UriKind.Absolute, out Uri? url)
            ? new UrlSource(url, digest, copy.Options.Unpack ?? false)
            : throw Error(copy, $"invalid URL '{Linux.Printable.Escape(word)}'");
    }

    // `a/./b/c`: below a, with b.
    private static (string Path, string Include) Pivot(string word)
    {
        int pivot = word.IndexOf("/./", StringComparison.Ordinal);
        (string path, string include) = pivot < 0 ? ("/", word) : (word[..pivot], word[(pivot + 3)..]);
        include = GoPath.Clean("/" + include).TrimStart('/');
        return (path.Length == 0 ? "/" : path, include.Length == 0 ? "**" : include);
    }

    private void Workdir(WorkdirInstruction workdir)
    {
        string written = Expand(workdir, workdir.Path);
        if (!state.HasWorkdir && !written.StartsWith('/'))
            Linter.Report(InstructionRules.WorkdirRelativePath, workdir.Node, written);
        state.HasWorkdir = true;
        string path = GoPath.Join(state.WorkingDirectory, written);
        // An absolute one is the configuration's as it is written, as with BuildKit: with its last slash.
        string kept = written.StartsWith('/') ? written : path;
        state.Config = state.Config with { WorkingDir = kept };
        Remember(workdir, $"WORKDIR {kept}", path == "/" ? null : Step(workdir, new WorkdirOperation(path, state.Config.User ?? ""), $"WORKDIR {path}"));
    }

    // Destinations are seen from the working directory; the slash that says directory stays.
    private string Absolute(string destination)
    {
        string path = GoPath.Join(state.WorkingDirectory, destination);
        return IsDirectory(destination) && path != "/" ? path + "/" : path;
    }

    private static bool IsDirectory(string destination) =>
        destination is "" or "." or ".." || destination.EndsWith('/') || destination.EndsWith("/.", StringComparison.Ordinal) || destination.EndsWith("/..", StringComparison.Ordinal);

    private static string Line(CopyInstruction copy, List<string> words, string destination, string? chown, ModeChange? mode, List<string> excludes)
    {
        string flags = string.Concat(
            copy.From is null ? "" : $"--from={copy.From} ",
            copy.Options.Parents ? "--parents " : "",
            chown is null ? "" : $"--chown={chown} ",
            mode is null ? "" : $"--chmod={mode} ",
            string.Concat(excludes.Select(pattern => $"--exclude={pattern} ")),
            copy.Options.Link ? "--link " : "");
        return $"{copy.Node.Keyword} {flags}{string.Join(' ', [.. words, .. copy.Documents.Select(document => "<<" + document.Name)])} {destination}";
    }
}
