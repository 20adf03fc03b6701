using System.Text;
using Slipway.Api.Grpc;
using Slipway.Build.Cache;
using Slipway.Build.Context;
using Slipway.Engine.Builds;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Api.BuildKit;

/// <summary>
/// The contexts of one build, which its client has. What a client sent once is kept, so that only what changed is sent again. The Dockerfile and the ignore
/// rules that hold for it are put into a directory of their own: the builder is never pointed at a name that the client chose, in a place that it filled.
/// </summary>
internal sealed class SessionFiles : IContextFiles, IDisposable
{
    private const string ContextName = "context", Ignore = ".dockerignore";
    private const int MaxDockerfile = 16 << 20;

    private readonly Session _session;
    private readonly SolveOptions _options;
    private readonly LockedDirectory _stage;
    private readonly Dictionary<string, KeptContext> _kept = new(StringComparer.Ordinal);

    public SessionFiles(Session session, SolveOptions options, BuildManager builds, LockedDirectory stage)
    {
        (_session, _options, _stage) = (session, options, stage);
        if (!options.IsRemote)
            Keep(builds, "", ContextName);
        foreach ((string name, string local) in options.LocalContexts)
            Keep(builds, name, local);
        if (options.HasLocalDockerfile)
            DockerfilePath = Path.Join(stage.Path, "definition", FileName);
    }

    /// <summary>Where the Dockerfile will be; null where the context that is brought in another way has it.</summary>
    public string? DockerfilePath { get; }

    /// <summary>The Dockerfile's bytes, for excerpts; empty as long as it isn't here.</summary>
    public byte[] Dockerfile { get; private set; } = [];

    private string FileName => Path.GetFileName(_options.Filename) is { Length: > 0 } name ? name : "Dockerfile";

    /// <summary>The directory of a context; empty for the build's own.</summary>
    public string DirectoryOf(string context) => _kept[context].Directory;

    public void BringDefinition(Action<string, long, bool> report, CancellationToken ct)
    {
        if (DockerfilePath is null)
            return;
        string ignore = _options.Filename + Ignore, lower = Path.Join(Path.GetDirectoryName(_options.Filename), FileName.ToLowerInvariant());
        using DirFd sent = Receive("sent", _options.DockerfileDirectory, [_options.Filename, ignore, .. FileName == "Dockerfile" ? (string[])[lower] : []], (bytes, isDone) => report("transferring dockerfile:", bytes, isDone), ct);
        using DirFd definition = MakeDirectory("definition");
        Dockerfile = Read(sent, _options.Filename) ?? (FileName == "Dockerfile" ? Read(sent, lower) : null)
            ?? throw new SlipwayException(ErrorKind.NotFound, $"failed to read dockerfile: open {Printable.Escape(FileName)}: no such file or directory");
        byte[]? rules = Read(sent, ignore);
        if (rules is null && !_options.IsRemote)
        {
            using DirFd context = Receive("rules", ContextName, [Ignore], (_, _) => { }, ct);
            rules = Read(context, Ignore);
        }
        Write(definition, FileName, Dockerfile);
        if (rules is not null)
            Write(definition, FileName + Ignore, rules);
    }

    public void BringRules(string context, CancellationToken ct) => Bring(context, [Ignore], [], (_, _, _) => { }, ct);

    public void Bring(string context, IReadOnlyList<string>? paths, IReadOnlyList<string> excludes, Action<string, long, bool> report, CancellationToken ct)
    {
        // What is not the client's is here already.
        if (!_kept.TryGetValue(context, out KeptContext? kept))
            return;
        using DirFd directory = DirFd.Open(kept.Directory);
        string local = context.Length == 0 ? ContextName : _options.LocalContexts[context];
        FileReceiver.ReceiveAsync(_session, local, paths, excludes, directory, (bytes, isDone) => report($"transferring {local}:", bytes, isDone), ct).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (KeptContext kept in _kept.Values)
            kept.Dispose();
    }

    private void Keep(BuildManager builds, string context, string local)
    {
        string key = _options.SharedKeys.GetValueOrDefault(local) ?? _session.SharedKey;
        _kept[context] = builds.OpenContext(key.Length > 0 ? $"{key}\n{local}" : "");
    }

    private DirFd Receive(string place, string local, IReadOnlyList<string> paths, Action<long, bool> report, CancellationToken ct)
    {
        DirFd directory = MakeDirectory(place);
        try
        {
            FileReceiver.ReceiveAsync(_session, local, paths, [], directory, report, ct).GetAwaiter().GetResult();
            return directory;
        }
        catch (GrpcException e) when (e.Code == GrpcCode.NotFound)
        {
            directory.Dispose();
            throw new SlipwayException(ErrorKind.NotFound, $"the client doesn't offer its directory '{Printable.Escape(local)}'", e);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    private DirFd MakeDirectory(string name)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(name);
        _stage.Directory.MakeDirectory(bytes);
        return _stage.Directory.OpenDirectory(bytes);
    }

    // Links are the client's, and lead nowhere but to what it sent.
    private static byte[]? Read(DirFd root, string path)
    {
        using SafeFd? file = root.TryOpenPath(Encoding.UTF8.GetBytes(path.TrimStart('/')), OpenFlags.ReadOnly | OpenFlags.NonBlocking, Resolve.InRoot);
        if (file is null)
            return null;
        FileStatus status = file.Status();
        if (!status.IsRegular || status.Size > MaxDockerfile)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"read '{Printable.Escape(path)}': {(status.IsRegular ? $"it is larger than {MaxDockerfile >> 20} MiB" : "it is not a regular file")}");
        var bytes = new byte[status.Size];
        int length = 0;
        for (int read; length < bytes.Length && (read = file.Read(bytes.AsSpan(length))) > 0;)
            length += read;
        return bytes[..length];
    }

    private static void Write(DirFd directory, string name, byte[] bytes)
    {
        using SafeFd file = directory.CreateFile(Encoding.UTF8.GetBytes(name));
        file.WriteAt(bytes, 0);
    }
}
