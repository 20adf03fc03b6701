namespace Slipway.Build.Dockerfile;

/// <summary>The text of a Dockerfile, as lines, under the name by which its reader knows it.</summary>
public sealed class DockerfileSource
{
    /// <summary>Splits the text at line feeds; a carriage return before one belongs to the line end.</summary>
    public DockerfileSource(string fileName, string text)
    {
        FileName = fileName;
        string[] lines = text.Split('\n');
        int count = lines[^1].Length == 0 ? lines.Length - 1 : lines.Length;
        for (int i = 0; i < count; i++)
            lines[i] = lines[i].EndsWith('\r') ? lines[i][..^1] : lines[i];
        Lines = new ArraySegment<string>(lines, 0, count);
    }

    /// <summary>The name in messages.</summary>
    public string FileName { get; }

    /// <summary>All lines without their ends; line 1 is at index 0.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>The error of these lines.</summary>
    public DockerfileException Error(LineRange lines, string message, Oci.ErrorKind kind = Oci.ErrorKind.InvalidArgument, Exception? inner = null) =>
        new(kind, message, this, lines, inner);
}
