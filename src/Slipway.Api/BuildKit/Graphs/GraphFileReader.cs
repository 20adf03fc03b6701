using Slipway.Api.Grpc;
using Slipway.Api.Protobuf;
using Slipway.Build.Fetching;
using Slipway.Linux;
using Slipway.Oci;

namespace Slipway.Api.BuildKit.Graphs;

/// <summary>Reads an operation on files, pb.FileOp: actions, each on what an input has or an earlier action left.</summary>
/// <param name="inputOf">What an input comes to.</param>
internal sealed class GraphFileReader(Func<int, GraphResult> inputOf)
{
    private const int MaxActions = 1000, Nothing = -1;
    private const int Copy = 4, MakeFile = 5, MakeDirectory = 6, Remove = 7, Symlink = 8;

    private static readonly GraphResult.Files s_nothing = new([]);

    private readonly List<GraphResult> _results = [];
    private int _inputs;

    public GraphResult Read(ReadOnlySpan<byte> operation, int inputs)
    {
        _inputs = inputs;
        GraphResult? first = null;
        for (var reader = new ProtoReader(operation); reader.Next();)
        {
            if (reader.Field != 2)
                continue;
            if (_results.Count == MaxActions)
                throw GraphReader.NotServed($"more than {MaxActions} actions on files");
            _results.Add(Act(reader.Bytes, out int output));
            if (output == 0)
                first = _results[^1];
        }
        return first ?? throw new GrpcException(GrpcCode.InvalidArgument, "a graph with an operation on files that has no result");
    }

    // pb.FileAction.
    private GraphResult Act(ReadOnlySpan<byte> action, out int output)
    {
        (int input, int second, int kind, output) = (0, 0, 0, 0);
        ReadOnlySpan<byte> body = default;
        for (var reader = new ProtoReader(action); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1: input = (int)reader.Number; break;
                case 2: second = (int)reader.Number; break;
                case 3: output = (int)reader.Number; break;
                default:
                    kind = reader.Field;
                    body = reader.Bytes;
                    break;
            }
        }
        return kind switch
        {
            MakeFile or MakeDirectory => At(input) is GraphResult.Files { All.Count: < MaxActions } before
                ? new GraphResult.Files([.. before.All, FileOf(body, kind == MakeFile)])
                : throw GraphReader.NotServed("a new file among those of a source"),
            Copy when At(input) is GraphResult.Files { All.Count: 0 } => CopyOf(body, At(second)),
            Copy => throw GraphReader.NotServed("a copy to where files are"),
            Remove => throw GraphReader.NotServed("the removal of a file"),
            Symlink => throw GraphReader.NotServed("a new link"),
            _ => throw GraphReader.NotServed($"action {kind} on files"),
        };
    }

    private GraphResult At(int index)
    {
        if (index == Nothing)
            return s_nothing;
        if (index >= 0 && index < _inputs)
            return inputOf(index);
        int action = index - _inputs;
        return action >= 0 && action < _results.Count ? _results[action] : throw new GrpcException(GrpcCode.InvalidArgument, "a graph with an action on files that leads nowhere");
    }

    // pb.FileActionMkFile and FileActionMkDir, which have the path and the mode at one place.
    private static GraphFile FileOf(ReadOnlySpan<byte> body, bool isFile)
    {
        (string path, uint mode, byte[] content, bool makesParents) = ("", 0, [], false);
        for (var reader = new ProtoReader(body); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1: path = reader.Text; break;
                case 2: mode = (uint)reader.Number & 0xfff; break;
                case 3 when isFile: content = reader.Bytes.ToArray(); break;
                case 3: makesParents = reader.Flag; break;
                case 4 when !reader.Bytes.IsEmpty: throw GraphReader.NotServed("a new file with an owner");
            }
        }
        string[] names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return names.Length == 0 || names.Any(name => name is "." or "..") || path.Contains('\0', StringComparison.Ordinal)
            ? throw new SlipwayException(ErrorKind.InvalidArgument, $"'{Printable.Escape(path)}' is no path of a new file")
            : new(names, mode, isFile ? content : null, makesParents);
    }

    // pb.FileActionCopy: of a directory's contents, or of an archive's, to a root that has nothing.
    private static GraphResult CopyOf(ReadOnlySpan<byte> body, GraphResult from)
    {
        string source = "", target = "";
        bool isContents = false, unpacks = false;
        for (var reader = new ProtoReader(body); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1: source = reader.Text; break;
                case 2: target = reader.Text; break;
                case 3 when !reader.Bytes.IsEmpty: throw GraphReader.NotServed("a copy with an owner of its own");
                case 4 when (int)reader.Number != -1: throw GraphReader.NotServed("a copy with a mode of its own");
                case 6: isContents = reader.Flag; break;
                case 7: unpacks = reader.Flag; break;
                case 12 or 13: throw GraphReader.NotServed("a copy by patterns");
            }
        }
        string[] names = source.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (target.Trim('/') is not ("" or ".") || names.Contains(".."))
            throw GraphReader.NotServed($"a copy from {Printable.Escape(source)} to {Printable.Escape(target)}");
        return from switch
        {
            GraphResult.Download file when unpacks && names is [var name] && name == file.FileName && file.Checksum is null => new GraphResult.Remote(file.Url),
            GraphResult.Remote remote when isContents && !unpacks => new GraphResult.Remote(Below(remote.Url, [.. names.Where(name => name != ".")])),
            _ => throw GraphReader.NotServed($"a copy of {Printable.Escape(source)}"),
        };
    }

    private static string Below(string url, string[] names)
    {
        if (names.Length == 0)
            return url;
        if (GitReference.TryParse(url) is not { } repository)
            throw GraphReader.NotServed("a directory of a server's archive");
        string path = string.Join('/', names);
        return repository.Subdirectory is not null ? $"{url}/{path}" : url.Contains('#', StringComparison.Ordinal) ? $"{url}:{path}" : $"{url}#:{path}";
    }
}
