using System.Text;
using System.Text.Json;
using Slipway.Api.Grpc;
using Slipway.Api.Protobuf;
using Slipway.Build.Dockerfile;

namespace Slipway.Api.BuildKit;

/// <summary>Where in the Dockerfile something stands, so that a client shows the lines.</summary>
internal static class SourceDetails
{
    // solver/errdefs: an error's source travels as JSON, under this name.
    private const string TypeUrl = "github.com/moby/buildkit/errdefs.Source+json";

    // The answer's trailers have to stay short: nobody looks at more lines of one instruction.
    private const int MostRanges = 200;

    /// <summary>pb.SourceInfo.</summary>
    public static ProtoWriter Info(string fileName, ReadOnlySpan<byte> text) => new ProtoWriter().Text(1, fileName).Bytes(2, text).Text(4, "Dockerfile");

    /// <summary>pb.Range.</summary>
    public static ProtoWriter Range(LineRange lines) => new ProtoWriter().Message(1, new ProtoWriter().Number(1, lines.First)).Message(2, new ProtoWriter().Number(1, lines.Last));

    /// <summary>The error of a line, with the whole file: google.rpc.Status.</summary>
    public static ReadOnlyMemory<byte> Of(GrpcCode code, DockerfileException error)
    {
        ProtoWriter any = new ProtoWriter().Text(1, TypeUrl).Bytes(2, Json(error));
        return new ProtoWriter().Number(1, (int)code).Text(2, Wire.ApiError.SentenceOf(error)).Message(3, any).Written;
    }

    private static byte[] Json(DockerfileException error)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteStartObject("info");
            json.WriteString("filename", error.FileName);
            json.WriteBase64String("data", Encoding.UTF8.GetBytes(error.Text));
            json.WriteString("language", "Dockerfile");
            // The graph that brings the file: it is here already, so that there is nothing to do for it. Clients use it without a look whether it is there.
            json.WriteStartObject("definition");
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartArray("ranges");
            // A range each, as BuildKit has it for an instruction of several lines.
            foreach (int line in error.Lines.Numbers.Take(MostRanges))
            {
                json.WriteStartObject();
                WriteLine(json, "start", line);
                WriteLine(json, "end", line);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }

    private static void WriteLine(Utf8JsonWriter json, string name, int line)
    {
        json.WriteStartObject(name);
        json.WriteNumber("line", line);
        json.WriteEndObject();
    }
}
