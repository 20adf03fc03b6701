using Slipway.Api.Protobuf;

namespace Slipway.Api.BuildKit.Graphs;

/// <summary>One operation of a graph: pb.Op.</summary>
/// <param name="Kind">The number of the field that it is in; 0: it only names the result.</param>
/// <param name="Body">That field.</param>
/// <param name="Inputs">What it stands on: which operation's output, and which of its outputs.</param>
internal sealed record GraphOperation(int Kind, byte[] Body, IReadOnlyList<(string Digest, int Index)> Inputs)
{
    public const int Exec = 2, Source = 3, File = 4, Build = 5, Merge = 6, Diff = 7;

    /// <summary>What it is called.</summary>
    public string Name => Kind switch { Exec => "running a program (exec)", Build => "a graph in a file (build)", Merge => "merge", Diff => "diff", _ => $"operation {Kind}" };

    public static GraphOperation Read(ReadOnlySpan<byte> message)
    {
        (int kind, byte[] body) = (0, []);
        List<(string, int)> inputs = [];
        for (var reader = new ProtoReader(message); reader.Next();)
        {
            if (reader.Field == 1)
                inputs.Add(InputOf(reader.Bytes));
            else if (reader.Field is not (10 or 11)) // the platform and constraints of workers: there is one
                (kind, body) = (reader.Field, reader.Bytes.ToArray());
        }
        return new(kind, body, inputs);
    }

    private static (string, int) InputOf(ReadOnlySpan<byte> message)
    {
        (string digest, long index) = ("", 0);
        for (var reader = new ProtoReader(message); reader.Next();)
        {
            if (reader.Field == 1)
                digest = reader.Text;
            else if (reader.Field == 2)
                index = reader.Number;
        }
        return (digest, index is >= 0 and <= int.MaxValue ? (int)index : -1);
    }
}
