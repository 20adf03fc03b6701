using System.Text;
using Slipway.Linux;
using Slipway.Oci;

namespace Slipway.Build.Dockerfile;

/// <summary>An error that stands at certain lines of a Dockerfile: it names them, and <see cref="Excerpt"/> shows them.</summary>
public sealed class DockerfileException : SlipwayException
{
    private const int LinesAround = 2;
    private const int MaxShown = 20;
    private const int MaxColumn = 150;
    private const string Rule = "--------------------";
    private readonly DockerfileSource _source;

    /// <summary>Makes the error of <paramref name="lines"/> in <paramref name="source"/>.</summary>
    public DockerfileException(ErrorKind kind, string message, DockerfileSource source, LineRange lines, Exception? inner = null)
        : this(kind, message, source, lines, SourcePosition.Find(source, lines, message), inner)
    {
    }

    private DockerfileException(ErrorKind kind, string message, DockerfileSource source, LineRange lines, SourcePosition position, Exception? inner)
        : base(kind, $"{source.FileName}:{position.Line}:{position.Column}: {message}", inner)
    {
        _source = source;
        Position = position;
        Lines = lines;
        Hint = (inner as SlipwayException)?.Hint;
        Sentence = message;
    }

    /// <summary>The Dockerfile as the caller named it.</summary>
    public string FileName => _source.FileName;

    /// <summary>The whole Dockerfile.</summary>
    public string Text => string.Join('\n', _source.Lines);

    /// <summary>The lines of the instruction.</summary>
    public LineRange Lines { get; }

    /// <summary>What in those lines is to blame, as far as that can be told.</summary>
    public SourcePosition Position { get; }

    /// <summary>The message without file, line and column.</summary>
    public string Sentence { get; }

    /// <summary>The lines and their neighbours, numbered, the guilty ones marked with <c>&gt;&gt;&gt;</c>; ends in a line feed.</summary>
    public string Excerpt
    {
        get
        {
            var text = new StringBuilder();
            int last = Math.Min(Lines.Last, Lines.First + MaxShown);
            text.Append(FileName).Append(':').Append(Position.Line).Append('\n').Append(Rule).Append('\n');
            for (int n = Math.Max(1, Lines.First - LinesAround); n <= Math.Min(last + LinesAround, _source.Lines.Count); n++)
            {
                string mark = n >= Lines.First && n <= Lines.Last ? ">>>" : "   ";
                text.Append($"{n,4} | {mark} {Printable.Escape(_source.Lines[n - 1].Replace('\t', ' '))}".TrimEnd()).Append('\n');
                if (n == Position.Line && Position.Column < MaxColumn)
                    text.Append("     |     ").Append(' ', Position.Column - 1).Append('^', Math.Max(1, Math.Min(Position.Length, MaxColumn))).Append('\n');
            }
            return text.Append(Rule).Append('\n').ToString();
        }
    }
}
