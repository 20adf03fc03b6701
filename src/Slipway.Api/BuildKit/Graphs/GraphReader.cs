using System.Security.Cryptography;
using Slipway.Api.Grpc;
using Slipway.Api.Protobuf;
using Slipway.Build.Fetching;
using Slipway.Linux;
using Slipway.Oci;

namespace Slipway.Api.BuildKit.Graphs;

/// <summary>
/// Reads a client's graph: pb.Definition, operations that name each other by digest, the last of which names the result. Those that bring sources are
/// read, and on them what makes a directory or an archive of one the root, and what makes files of nothing; whatever else is in it refuses the whole.
/// </summary>
internal sealed class GraphReader
{
    // What those that are served consist of, with room.
    private const int MaxOperations = 64;

    private readonly Dictionary<string, byte[]> _operations = new(StringComparer.Ordinal);

    // Each is read once, however many stand on it.
    private readonly Dictionary<string, GraphResult> _read = new(StringComparer.Ordinal);

    private GraphReader(ReadOnlySpan<byte> definition, out byte[] last)
    {
        last = [];
        for (var reader = new ProtoReader(definition); reader.Next();)
        {
            if (reader.Field != 1)
                continue;
            if (_operations.Count == MaxOperations)
                throw NotServed($"more than {MaxOperations} operations");
            last = reader.Bytes.ToArray();
            _operations["sha256:" + Convert.ToHexStringLower(SHA256.HashData(last))] = last;
        }
    }

    /// <summary>What it comes to; null for one without operations, which is nothing at all.</summary>
    /// <exception cref="SlipwayException">NotSupported: something that isn't served, by name.</exception>
    public static GraphResult? Read(ReadOnlySpan<byte> definition)
    {
        var graph = new GraphReader(definition, out byte[] last);
        if (graph._operations.Count == 0)
            return null;
        GraphOperation end = GraphOperation.Read(last);
        return end is { Kind: 0, Inputs: [var input] } ? graph.ResultOf(input, MaxOperations) : throw new GrpcException(GrpcCode.InvalidArgument, "a graph whose last operation names no result");
    }

    private GraphResult ResultOf((string Digest, int Index) input, int depth)
    {
        // By digests no operation leads to itself; a hash that was broken would.
        if (depth == 0 || input.Index != 0 || !_operations.TryGetValue(input.Digest, out byte[]? bytes))
            throw new GrpcException(GrpcCode.InvalidArgument, "a graph with an operation that leads nowhere");
        if (_read.TryGetValue(input.Digest, out GraphResult? known))
            return known;
        GraphOperation operation = GraphOperation.Read(bytes);
        return _read[input.Digest] = operation.Kind switch
        {
            GraphOperation.Source => SourceOf(operation.Body),
            GraphOperation.File => new GraphFileReader(i => i < operation.Inputs.Count
                ? ResultOf(operation.Inputs[i], depth - 1)
                : throw new GrpcException(GrpcCode.InvalidArgument, "a graph with a file operation whose input is missing")).Read(operation.Body, operation.Inputs.Count),
            _ => throw NotServed(operation.Name),
        };
    }

    // pb.SourceOp.
    private static GraphResult SourceOf(ReadOnlySpan<byte> body)
    {
        string identifier = "";
        Dictionary<string, string> attributes = [];
        for (var reader = new ProtoReader(body); reader.Next();)
        {
            if (reader.Field == 1)
                identifier = reader.Text;
            else if (reader.Field == 2)
                reader.AddTo(attributes);
        }
        return identifier.StartsWith("git://", StringComparison.Ordinal) ? GitOf(identifier, attributes)
            : GitReference.IsHttp(identifier) ? FileOf(identifier, attributes)
            : throw NotServed($"the source {Printable.Escape(identifier)}");
    }

    // The identifier has no scheme but git's: how the repository is reached is said beside it.
    private static GraphResult.Remote GitOf(string identifier, Dictionary<string, string> attributes)
    {
        int hash = identifier.IndexOf('#', StringComparison.Ordinal);
        (string repository, string fragment) = hash < 0 ? (identifier, "") : (identifier[..hash], identifier[hash..]);
        string url = attributes.GetValueOrDefault("git.fullurl") ?? repository;
        if (attributes.GetValueOrDefault("git.keepgitdir") == "true")
            url += "?keep-git-dir=true";
        url += fragment;
        try
        {
            return GitReference.TryParse(url) is not null ? new(url) : throw NotServed($"the source {Printable.Escape(url)}, which is not told as a git repository by its end in .git");
        }
        catch (FormatException e)
        {
            throw new SlipwayException(ErrorKind.InvalidArgument, e.Message, e);
        }
    }

    private static GraphResult.Download FileOf(string url, Dictionary<string, string> attributes)
    {
        string path = Uri.TryCreate(url, UriKind.Absolute, out Uri? address) ? address.AbsolutePath : throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid URL '{Printable.Escape(url)}'");
        string name = attributes.GetValueOrDefault("http.filename") is { Length: > 0 } given ? given : path[(path.LastIndexOf('/') + 1)..];
        name = name.Length == 0 ? "download" : name;
        return name.Contains('/', StringComparison.Ordinal) || name is "." or ".." || name.Contains('\0', StringComparison.Ordinal)
            ? throw new SlipwayException(ErrorKind.InvalidArgument, $"'{Printable.Escape(name)}' is no name of a file")
            : new(url, name, attributes.GetValueOrDefault("http.checksum"));
    }

    /// <summary>What the caller has no answer for.</summary>
    public static SlipwayException NotServed(string what) =>
        new(ErrorKind.NotSupported, $"build graphs (LLB) are served where they bring a git repository or a server's file, or make files of nothing: {what} is not served. Slipway builds Dockerfiles, by its own frontend");
}
