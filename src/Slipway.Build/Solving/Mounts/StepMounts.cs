using System.Text;
using Slipway.Build.Cache;
using Slipway.Build.Context;
using Slipway.Build.Dockerfile;
using Slipway.Build.Graph;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Build.Solving.Mounts;

/// <summary>Everything that is mounted for one RUN, made ready: trees, locks on caches, secrets in memory, relays to agents. All of it ends when disposed.</summary>
internal sealed class StepMounts : IDisposable
{
    private readonly RunOperation _operation;
    private readonly RunSources _sources;
    private readonly MountContext _context;
    private readonly BindTrees _binds;
    private readonly CancellationToken _ct;
    private readonly List<StepMount> _mounts = [];
    private readonly List<string> _variables = [];
    private readonly List<IDisposable> _held = [];
    private readonly Dictionary<MountOperation, BindTree> _shown = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, HeldCache> _caches = new(StringComparer.Ordinal);
    private int _agents;

    private StepMounts(RunOperation operation, RunSources sources, MountContext context, CancellationToken ct)
    {
        (_operation, _sources, _context, _ct) = (operation, sources, context, ct);
        _binds = new(context, ct);
    }

    /// <summary>In the order in which they are attached: what lies in another comes after it.</summary>
    public IReadOnlyList<StepMount> All => [.. _mounts.OrderBy(mount => mount.Target.Count(c => c == '/'))];

    /// <summary>Variables that come with them.</summary>
    public IReadOnlyList<string> Variables => _variables;

    /// <summary>Makes them ready. Waits for locked caches.</summary>
    public static StepMounts Open(RunOperation operation, RunSources sources, MountContext context, CancellationToken ct)
    {
        var mounts = new StepMounts(operation, sources, context, ct);
        try
        {
            mounts.Run();
            return mounts;
        }
        catch
        {
            mounts.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        // Trees first: what they show may be removed only then.
        foreach (TreeMount mount in _mounts.OfType<TreeMount>())
            mount.Tree.Dispose();
        _held.ForEach(held => held.Dispose());
        foreach (HeldCache cache in _caches.Values)
            cache.Dispose();
    }

    /// <summary>Makes of them what outlives the build, after the step: whoever looks where it failed finds them as they were.</summary>
    /// <exception cref="SlipwayException">What was written into one can't be a layer.</exception>
    public IReadOnlyList<KeptMount> Keep() => [.. _operation.Mounts.Select(operation => operation.Mount.Kind switch
    {
        MountKind.Bind when _shown[operation] is { } bind => new KeptMount(operation.Mount, bind.From(), bind.Left?.Invoke(), null),
        MountKind.Cache when operation.Input > 0 => new(operation.Mount, new(_sources.ResultOf(operation).Chain, operation.Mount.Source, IsOwn: false), null, null),
        _ => new(operation.Mount, null, null, operation.Context),
    })];

    private void Run()
    {
        // In one order for all steps, so that no two wait for each other.
        foreach (MountOperation mount in _operation.Mounts.Where(mount => mount.Mount.Kind == MountKind.Cache).OrderBy(IdentityOf, StringComparer.Ordinal))
            Take(mount);
        foreach (MountOperation mount in _operation.Mounts)
            Add(mount);
        if (_operation.Script is { } script)
            AddScript(script);
        _mounts.AddRange(NameFileMount.Beside([.. _mounts]));
    }

    private void Add(MountOperation operation)
    {
        RunMount mount = operation.Mount;
        switch (mount.Kind)
        {
            case MountKind.Bind when operation.Context is { } name:
                // A step with the host's rights could make any mount writable.
                string? shared = _operation.IsInsecure ? null : $"{name}\n{RunSources.PathOf(mount)}\n{_sources.Identify(operation, _ct)}";
                AddBind(operation, _binds.OfContext(_context.Contexts.Get(name), _sources.Scan(operation), mount.IsReadOnly, shared));
                break;
            case MountKind.Bind:
                AddBind(operation, _binds.OfResult(_sources.ResultOf(operation), mount.Source, _sources.NameOf(operation), mount.IsReadOnly));
                break;
            case MountKind.Cache:
                _mounts.Add(new TreeMount(mount.Target, OpenCache(operation)));
                break;
            case MountKind.Tmpfs:
                _mounts.Add(new MemoryMount(mount.Target, mount.Size));
                break;
            case MountKind.Secret:
                AddSecret(mount);
                break;
            default:
                AddAgent(mount);
                break;
        }
    }

    private void AddBind(MountOperation operation, BindTree tree)
    {
        _shown.Add(operation, tree);
        _mounts.Add(new TreeMount(operation.Mount.Target, tree.Tree));
    }

    private void AddSecret(RunMount mount)
    {
        if (_context.Secrets.Find(mount.Id) is not { } value)
        {
            if (mount.IsRequired)
                throw new SlipwayException(ErrorKind.NotFound, $"secret {Printable.Escape(mount.Id)}: not found") { Hint = $"give it with --secret id={mount.Id},src=FILE or --secret id={mount.Id},env=VARIABLE" };
            return;
        }
        if (mount.Env is not null)
            _variables.Add($"{(mount.Env.Length > 0 ? mount.Env : mount.Id)}={Encoding.UTF8.GetString(value.Span)}");
        if (mount.Target.Length == 0)
            return;
        var secret = SecretFile.Create(value.Span, OwnerOf(mount), mount.Mode, _context.Store.Paths.RunRoot);
        _held.Add(secret);
        _mounts.Add(new TreeMount(mount.Target, secret.Tree));
    }

    private void AddAgent(RunMount mount)
    {
        if (_context.Secrets.FindAgent(mount.Id) is not { } agent)
        {
            if (mount.IsRequired)
                throw new SlipwayException(ErrorKind.NotFound, $"no SSH agent '{Printable.Escape(mount.Id)}' was given") { Hint = $"give one with --ssh {mount.Id}, or --ssh {mount.Id}=SOCKET" };
            return;
        }
        string target = mount.Target.Length > 0 ? Context.GoPath.Join(_operation.WorkingDirectory, mount.Target) : $"/run/buildkit/ssh_agent.{_agents}";
        using DirFd directory = _context.Directory.NewDirectory("agent");
        var relay = new AgentRelay(agent, directory, OwnerOf(mount), mount.Mode);
        _held.Add(relay);
        _mounts.Add(new TreeMount(target, relay.Tree));
        if (_agents++ == 0)
            _variables.Add("SSH_AUTH_SOCK=" + target);
    }

    private void Take(MountOperation operation)
    {
        string identity = IdentityOf(operation);
        if (!_caches.ContainsKey(identity))
            _caches[identity] = CacheDirectories.Take(_context.Store.Paths.CacheMounts, identity, operation.Mount.Sharing, _context.Clock.GetUtcNow(), () => NewCache(operation), _ct);
    }

    private string IdentityOf(MountOperation operation)
    {
        string from = operation.Input > 0 ? $"{_sources.ResultOf(operation).Chain}:{operation.Mount.Source}" : operation.Context is null ? "" : $"context {operation.Context}:{operation.Mount.Source}";
        return $"{operation.Mount.Id}\n{from}{Rights(operation.Mount)}";
    }

    // Owner and mode are given to a new directory: whoever asks for others means another cache. Nothing for the usual ones, as older caches are named.
    private static string Rights(RunMount mount)
    {
        (Owner owner, uint mode) = (OwnerOf(mount), mount.Mode ?? StageRoot.DirectoryMode);
        return owner == Owner.Superuser && mode == StageRoot.DirectoryMode ? "" : $"\n{owner.Uid}:{owner.Gid} {Convert.ToString(mode, 8)}";
    }

    // A new one is empty, or begins as a copy of what `from` names.
    private LockedDirectory NewCache(MountOperation operation)
    {
        var made = LockedDirectory.Create(_context.Store.Paths.Tmp, "cache-");
        using SourceTree? own = operation.Input > 0 ? _context.Open(_sources.ResultOf(operation), _sources.NameOf(operation)) : null;
        // Whoever enters a failed step, after a prune has taken the cache, has no context any more to begin it with: it begins empty.
        if ((own ?? (operation.Context is { } name ? _context.Contexts.Find(name) : null)) is { } tree)
        {
            SelectedSource source = new SourceScanner(tree, _ct).Scan(RunSources.PathOf(operation.Mount), SourceFilter.All);
            if (!source.IsDirectory)
                throw new SlipwayException(ErrorKind.InvalidArgument, $"cache mount: '{Printable.Escape(operation.Mount.Source)}' is no directory");
            _binds.Copy(tree, source, made.Directory);
        }
        Owner owner = OwnerOf(operation.Mount);
        made.Directory.Handle.SetOwner(owner.Uid, owner.Gid);
        made.Directory.Handle.SetMode(operation.Mount.Mode ?? StageRoot.DirectoryMode);
        return made;
    }

    private SafeFd OpenCache(MountOperation operation)
    {
        DirFd cache = _caches[IdentityOf(operation)].Directory;
        bool isCopy = operation.Input > 0 || operation.Context is not null;
        string path = RunSources.PathOf(operation.Mount);
        if (isCopy || path == ".")
            return BindTrees.Clone(cache.Handle, operation.Mount.IsReadOnly);
        // Others may be at work in there: the very directory that was found is what is mounted.
        using DirFd below = cache.TryOpenDirectory(FileNames.Encode(path), Resolve.InRoot)
            ?? throw new SlipwayException(ErrorKind.NotFound, $"cache mount: there is no directory '{Printable.Escape(operation.Mount.Source)}' in the cache");
        return BindTrees.Clone(below.Handle, operation.Mount.IsReadOnly);
    }

    private void AddScript(ScriptFile script)
    {
        int slash = script.Path.LastIndexOf('/');
        byte[] name = FileNames.Encode(script.Path[(slash + 1)..]);
        using DirFd directory = _context.Directory.NewDirectory("script");
        directory.Handle.SetMode(StageRoot.DirectoryMode);
        using (SafeFd file = directory.CreateFile(name))
            file.WriteAt(Encoding.UTF8.GetBytes(script.Content), 0);
        directory.SetMode(name, StageRoot.DirectoryMode);
        _mounts.Add(new TreeMount(script.Path[..slash], BindTrees.Clone(directory.Handle, isReadOnly: true)));
    }

    private static Owner OwnerOf(RunMount mount) => new(mount.Uid ?? 0, mount.Gid ?? 0);
}
