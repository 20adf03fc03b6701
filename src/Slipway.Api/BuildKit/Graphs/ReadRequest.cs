using Slipway.Api.Protobuf;

namespace Slipway.Api.BuildKit.Graphs;

/// <summary>What a client wants of a result's files: moby.buildkit.v1.frontend.ReadFileRequest, StatFileRequest and ReadDirRequest, alike in their beginning.</summary>
internal sealed record ReadRequest
{
    private byte[] _third = [];

    public string Result { get; private set; } = "";

    public string Path { get; private set; } = "";

    /// <summary>Of ReadDir: which names.</summary>
    public string Pattern => System.Text.Encoding.UTF8.GetString(_third);

    /// <summary>Of ReadFile: from where on, and how much; 0: to its end.</summary>
    public (long Offset, long Length) Range
    {
        get
        {
            (long offset, long length) = (0, 0);
            for (var reader = new ProtoReader(_third); reader.Next();)
            {
                if (reader.Field == 1)
                    offset = reader.Number;
                else if (reader.Field == 2)
                    length = reader.Number;
            }
            return (offset, length);
        }
    }

    public static ReadRequest Read(ReadOnlySpan<byte> message)
    {
        var request = new ReadRequest();
        for (var reader = new ProtoReader(message); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1: request.Result = reader.Text; break;
                case 2: request.Path = reader.Text; break;
                case 3: request._third = reader.Bytes.ToArray(); break;
            }
        }
        return request;
    }
}
