using Slipway.Build.Dockerfile;
using Slipway.Build.Lint;
using Slipway.Oci;

namespace Slipway.Build.Graph;

// RUN, its mounts and its here-documents.
internal sealed partial class StageEvaluator
{
    private const string ScriptDirectory = "/dev/pipes/";
    private const int MaxMounts = 1000;

    private void Run(RunInstruction run)
    {
        (IReadOnlyList<string> args, ScriptFile? script) = CommandOf(run);
        if (args.Count == 0)
            throw Error(run, "RUN needs a command: the array is empty");
        Allow(run, "network.host", run.Network == "host" || (run.Network == "default" && options.Network == "host"), "--network=host");
        Allow(run, "security.insecure", run.IsInsecure, "--security=insecure");
        if (run.Mounts.Count > MaxMounts)
            throw Error(run, $"a RUN can have at most {MaxMounts} mounts", ErrorKind.Exhausted);
        var inputs = new List<Vertex>();
        List<MountOperation> mounts = [.. run.Mounts.Select(mount => Mount(run, mount.Text, mount.From, inputs))];
        var operation = new RunOperation(args, state.Scope.Lines, state.WorkingDirectory, state.Config.User ?? "", run.Network == "default" ? options.Network : run.Network)
        {
            UnkeyedEnv = Proxies(),
            Mounts = mounts,
            Script = script,
            IsInsecure = run.IsInsecure,
            Limits = options.Limits,
            Platform = state.Platform,
        };
        PackageCacheCheck.Run(Linter, run.Node, args[^1] + script?.Content, mounts);
        Vertex step = Step(run, operation, TitleOf(run), [.. inputs]);
        Remember(run, $"RUN {ArgumentsSeen()}{string.Join(' ', args)} # slipway", step);
    }

    // (1) No document: as it stands. (2) The command is one document: the shell reads it, or its own interpreter does. (3) Documents in a longer
    // command are the shell's to read: it gets the text as the file has it.
    private (IReadOnlyList<string> Args, ScriptFile? Script) CommandOf(RunInstruction run)
    {
        IReadOnlyList<Heredoc> documents = run.Node.Heredocs;
        if (documents.Count == 0)
            return (InFull(run.Command), null);
        if (HeredocReader.TryParse(run.Node.Arguments) is null)
            return ([.. CurrentShell, run.Node.Arguments + string.Concat(documents.Select(document => $"\n{document.Content}{document.Name}"))], null);
        string text = documents[0].Text;
        if (!text.StartsWith("#!", StringComparison.Ordinal))
            return ([.. CurrentShell, text], null);
        string path = ScriptDirectory + documents[0].Name;
        return ([.. CurrentShell, path], new ScriptFile(path, text));
    }

    private MountOperation Mount(RunInstruction run, string text, string? from, List<Vertex> inputs)
    {
        RunMount mount;
        try
        {
            mount = MountReader.Read(text, word => Expand(run, word));
        }
        catch (FormatException e)
        {
            throw Error(run, e.Message, inner: e);
        }
        mount = mount with { Target = TargetOf(run, mount), Id = IdOf(mount) };
        if (from is null || mount.Kind is MountKind.Tmpfs or MountKind.Ssh or MountKind.Secret)
            return new(mount, -1, mount.Kind == MountKind.Bind ? "" : null);
        (Vertex? step, string? context) = graph.SourceOf(run, from, stage);
        if (step is null)
            return new(mount, -1, context);
        inputs.Add(step);
        return new(mount, inputs.Count, null);
    }

    private string TargetOf(RunInstruction run, RunMount mount)
    {
        if (mount.Kind == MountKind.Secret && mount.Target.Length == 0)
            return mount.Env is null ? "/run/secrets/" + IdOf(mount).Split('/')[^1] : "";
        if (mount.Kind == MountKind.Ssh && mount.Target.Length == 0)
            return "";
        string target = Context.GoPath.Join(state.WorkingDirectory, mount.Target);
        return target != "/" ? target : throw Error(run, $"invalid mount target '{Linux.Printable.Escape(mount.Target)}': a mount can't be on the root");
    }

    private string IdOf(RunMount mount) => mount.Kind switch
    {
        MountKind.Secret => mount.Source.Length > 0 ? mount.Source : mount.Id.Length > 0 ? mount.Id : mount.Target.TrimEnd('/').Split('/')[^1],
        MountKind.Ssh => mount.Id.Length > 0 ? mount.Id : "default",
        MountKind.Cache => $"{options.BuildArgs.GetValueOrDefault(PredefinedArguments.CacheNamespace)}/{(mount.Id.Length > 0 ? mount.Id : Context.GoPath.Clean(mount.Target))}",
        _ => mount.Id,
    };

    private void Allow(Instruction instruction, string entitlement, bool isNeeded, string what)
    {
        if (isNeeded && !options.Allowed.Contains(entitlement))
            throw Error(instruction, $"{what} is not allowed: it gives the step rights of the host's. Allow it with --allow {entitlement}", ErrorKind.Denied);
    }

    // Both spellings of each: some programs read one, some the other.
    private List<string> Proxies()
    {
        var proxies = new Environment([]);
        foreach ((string name, string value) in options.BuildArgs.Where(pair => PredefinedArguments.IsProxy(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            proxies.Set(name.ToUpperInvariant(), value);
            proxies.Set(name.ToLowerInvariant(), value);
        }
        return [.. proxies.Names.Where(name => state.Scope.Find(name) is null).Select(name => $"{name}={proxies.Find(name)}")];
    }

    // `|2 A=1 B=2 `: the arguments that a RUN could see, as the history of images has them. Proxies may hold passwords.
    private string ArgumentsSeen()
    {
        List<string> seen = [.. state.Arguments.Distinct().Select(name => $"{name}={state.Scope.Find(name)}")];
        return seen.Count == 0 ? "" : $"|{seen.Count} {string.Join(' ', seen)} ";
    }

    private static string TitleOf(RunInstruction run)
    {
        if (run.Node.Heredocs.Count == 0 || HeredocReader.TryParse(run.Node.Arguments) is null)
            return run.Node.Text;
        string[] lines = run.Node.Heredocs[0].Text.Trim().Split('\n');
        return $"{run.Node.Text} ({lines[0].TrimEnd('\r')}{(lines.Length > 1 ? "..." : "")})";
    }
}
