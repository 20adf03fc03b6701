namespace Slipway.Build.Dockerfile;

/// <summary>The text of a Dockerfile, as lines, under the name by which its reader knows it.</summary>
public sealed class DockerfileSource
{
    private readonly HashSet<int> _withReturn = [];

    /// <summary>Splits the text at line feeds; a carriage return before one belongs to the line end.</summary>
    public DockerfileSource(string fileName, string text)
    {
        FileName = fileName;
        string[] lines = text.Split('\n');
        int count = lines[^1].Length == 0 ? lines.Length - 1 : lines.Length;
        for (int i = 0; i < count; i++)
        {
            if (!lines[i].EndsWith('\r'))
                continue;
            lines[i] = lines[i][..^1];
            _withReturn.Add(i);
        }
        Lines = new ArraySegment<string>(lines, 0, count);
    }

    /// <summary>The name in messages.</summary>
    public string FileName { get; }

    /// <summary>All lines without their ends; line 1 is at index 0.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>What ended the line at <paramref name="index"/>: here-documents keep it.</summary>
    public string EndOf(int index) => _withReturn.Contains(index) ? "\r\n" : "\n";

    /// <summary>The error of these lines.</summary>
    public DockerfileException Error(LineRange lines, string message, Oci.ErrorKind kind = Oci.ErrorKind.InvalidArgument, Exception? inner = null) =>
        new(kind, message, this, lines, inner);
}
