using Slipway.Build.Lint;

namespace Slipway.Build.Dockerfile;

/// <summary>Text to <see cref="SyntaxTree"/>: directives, comments, continuations, flags, here-documents.</summary>
internal sealed class SyntaxParser
{
    /// <summary>More instructions than this are a mistake or an attack.</summary>
    public const int MaxInstructions = 100_000;

    private readonly DockerfileSource _source;
    private readonly Directives _directives;
    private readonly List<InstructionNode> _nodes = [];
    private readonly Linter _linter;
    private readonly List<string> _comments = [];
    private int _next;

    private SyntaxParser(DockerfileSource source, Directives directives, LintSettings? check)
    {
        _source = source;
        _directives = directives;
        _linter = new(source.FileName, check ?? directives.Check);
    }

    /// <summary>Parses the whole file.</summary>
    /// <exception cref="DockerfileException">InvalidArgument: not the grammar, or no instruction at all.</exception>
    /// <param name="source">The text.</param>
    /// <param name="check">How to lint, whatever the file's own directive says; null: as that says.</param>
    public static SyntaxTree Parse(DockerfileSource source, LintSettings? check = null) => new SyntaxParser(source, DirectiveReader.Read(source), check).Run();

    /// <summary>Parses the text of an ONBUILD, which has no directives.</summary>
    public static SyntaxTree ParseTrigger(DockerfileSource source, char escape) => new SyntaxParser(source, Directives.Default with { Escape = escape }, null).Run();

    private SyntaxTree Run()
    {
        while (_next < _source.Lines.Count)
        {
            string line = _source.Lines[_next];
            if (IsComment(line))
                NoteComment(line.TrimStart()[1..].Trim());
            else if (string.IsNullOrWhiteSpace(line))
                NoteComment("");
            else
                _nodes.Add(ReadInstruction());
            if (_nodes.Count > MaxInstructions)
                throw _source.Error(_nodes[^1].Lines, $"more than {MaxInstructions} instructions");
        }
        if (_nodes.Count == 0)
            throw _source.Error(new(1, Math.Max(1, _source.Lines.Count)), "the Dockerfile cannot be empty: this is a file with no instructions");
        return new(_source, _directives, _nodes, _linter);
    }

    // What stands right above an instruction is about it.
    private void NoteComment(string text)
    {
        _next++;
        if (text.Length == 0)
            _comments.Clear();
        else
            _comments.Add(text);
    }

    private InstructionNode ReadInstruction()
    {
        int first = _next + 1;
        string[] comments = [.. _comments];
        _comments.Clear();
        string text = JoinContinued(first);
        (string spelling, string rest) = SplitKeyword(text);
        string keyword = spelling.ToUpperInvariant();
        (List<FlagNode> flags, string arguments) = FlagReader.Read(rest, _directives.Escape, message => _source.Error(new(first, _next), message));
        IReadOnlyList<Heredoc> heredocs = HeredocReader.MayHave(keyword, arguments) ? ReadHeredocs(first, arguments) : [];
        return new(keyword, spelling, flags, arguments, text, new(first, _next), heredocs, comments);
    }

    private string JoinContinued(int first)
    {
        var parts = new List<string>();
        bool hasEmpty = false, more = true;
        while (more && _next < _source.Lines.Count)
        {
            string line = _source.Lines[_next++];
            if (parts.Count > 0 && IsComment(line))
                continue;
            if (parts.Count > 0 && string.IsNullOrWhiteSpace(line))
            {
                hasEmpty = true;
                continue;
            }
            (string part, more) = TrimContinuation(parts.Count == 0 ? line.TrimStart() : line);
            parts.Add(part);
        }
        if (hasEmpty)
            _linter.Report(InstructionRules.NoEmptyContinuation, new LineRange(first, _next));
        return string.Concat(parts).Trim();
    }

    // The escape character ends a line that goes on, blanks after it included; two of them are an escaped one and don't.
    private (string Part, bool More) TrimContinuation(string line)
    {
        string trimmed = line.TrimEnd(' ', '\t');
        bool continues = trimmed.Length > 0 && trimmed[^1] == _directives.Escape && !(trimmed.Length > 1 && trimmed[^2] == _directives.Escape);
        return continues ? (trimmed[..^1], true) : (line, false);
    }

    private IReadOnlyList<Heredoc> ReadHeredocs(int first, string arguments)
    {
        IReadOnlyList<Heredoc> announced = HeredocReader.Announced(arguments, _directives.Escape);
        var filled = new List<Heredoc>(announced.Count);
        foreach (Heredoc heredoc in announced)
        {
            (string content, int next) = HeredocReader.ReadContent(_source, _next, heredoc)
                ?? throw _source.Error(new(first, _source.Lines.Count), $"unterminated heredoc: no line is '{heredoc.Name}'");
            _next = next;
            filled.Add(heredoc with { Content = content });
        }
        return filled;
    }

    private static (string Spelling, string Arguments) SplitKeyword(string text)
    {
        int end = text.AsSpan().IndexOfAny(Words.Blanks);
        return end < 0 ? (text, "") : (text[..end], text[end..].Trim());
    }

    private static bool IsComment(string line) => line.AsSpan().TrimStart().StartsWith("#");
}
