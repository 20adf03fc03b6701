using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Cgroups;
using Slipway.Runtime.Hooks;
using Slipway.Runtime.Plan;
using Slipway.Runtime.Process;
using Slipway.Runtime.Specs;
using Slipway.Runtime.Users;

namespace Slipway.Runtime.Lifecycle;

/// <summary>Makes a container out of a bundle (runtime.md#create), and with <see cref="Run"/> starts it in the same go.</summary>
/// <param name="root">Where containers are kept.</param>
/// <param name="clock">For when it was created.</param>
/// <param name="warn">Takes what went wrong and does not matter enough to fail.</param>
public sealed class ContainerCreation(RuntimeRoot root, TimeProvider clock, Action<string> warn)
{
    private const int SIGKILL = 9, MaxConfig = 8 * 1024 * 1024;

    /// <summary>Makes it; its process waits to be started.</summary>
    /// <exception cref="SlipwayException">The step that failed. Nothing is left of the attempt.</exception>
    public void Create(CreateRequest request) => Make(request, parked: true, static (_, started) => started.Dispose());

    /// <summary>Makes it and executes its program. The process is the caller's to wait for.</summary>
    /// <inheritdoc cref="Create"/>
    public StartedProcess Run(CreateRequest request)
    {
        StartedProcess? running = null;
        Make(request, parked: false, (container, started) =>
        {
            running = started;
            container.RunPoststart();
        });
        return running!;
    }

    /// <summary>What <see cref="Run"/> of the bundle would do, step by step, without doing it.</summary>
    /// <exception cref="SlipwayException">The configuration is missing or wrong.</exception>
    public StartPlan Explain(CreateRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        (_, RuntimeSpec spec) = Load(Path.Combine(request.Bundle, request.Config), warn);
        return ProcessStarter.Explain(Complete(spec, request.Bundle), OptionsOf(request) with
        {
            Mounted = StartHooks.AreOfCreate(spec) ? static _ => { } : null,
            Ready = static _ => { },
        });
    }

    private static (byte[] Document, RuntimeSpec Spec) Load(string path, Action<string> warn)
    {
        byte[] document = ReadConfig(path);
        string name = $"'{path}'";
        return (document, SpecValidator.Accept(RuntimeSpecJson.Read(document, name), name, warn));
    }

    private void Make(CreateRequest request, bool parked, Action<BornContainer, StartedProcess> made)
    {
        (byte[] document, RuntimeSpec spec) = Load(Path.Combine(request.Bundle, request.Config), warn);
        // Others may be there already.
        if (spec.Linux?.Namespaces?.Any(static entry => entry is { Type: "pid", Path.Length: > 0 }) == true)
            OwnExecutable.Protect();
        StreamRules.Check(spec.Process?.Terminal == true, request.Detached, request.ConsoleSocket);
        using ContainerDirectory directory = root.Create(request.Id);
        var container = new BornContainer(directory, spec, request, clock.GetUtcNow(), warn);
        StartedProcess? started = null;
        try
        {
            // Whoever cleans up after us takes a configuration without a record to mean that what is in its cgroup is ours.
            if (!request.WithoutCgroup)
            {
                CgroupClaim.Make(spec.Linux, request.Id, warn);
                directory.WriteConfig(document);
            }
            using SafeFd? fifo = parked ? Fifo.Make(directory.FifoPath) : null;
            started = ProcessStarter.Start(Complete(spec, request.Bundle), OptionsOf(request, directory, document, container, fifo));
            StreamRules.HandOut(started, request.ConsoleSocket, request.PidFdSocket, request.PidFile);
            made(container, started);
        }
        catch
        {
            if (started is not null)
            {
                using OwnProcesses own = OwnProcesses.Of(started.Cgroup, spec.Linux, started.PidFd, started.Pid);
                PidFd.Signal(started.PidFd, SIGKILL);
                own.KillAndRemoveCgroup();
                started.Dispose();
            }
            container.RunPoststop();
            directory.Remove();
            throw;
        }
    }

    // What the configuration needn't say.
    private static RuntimeSpec Complete(RuntimeSpec spec, string bundle)
    {
        RuntimeSpec announced = DeviceDefaults.Complete(ListenFds.Announce(spec, ListenFds.Count()));
        return announced with { Process = ProcessEnvironment.Complete(announced.Process!, Path.Combine(bundle, spec.Root!.Path)) };
    }

    private static StartOptions OptionsOf(CreateRequest request, ContainerDirectory directory, byte[] document, BornContainer container, SafeFd? fifo) => OptionsOf(request) with
    {
        SeccompCacheDir = directory.SeccompCache,
        StartFifo = fifo,
        Mounted = container.HasCreateHooks ? container.RunCreateHooks : null,
        // While the process still dies with us: a runtime that is killed leaves nothing that runs and isn't known.
        Ready = birth =>
        {
            if (request.WithoutCgroup)
                directory.WriteConfig(document);
            container.Record(birth, starts: fifo is null);
        },
        Watch = request.Watch,
    };

    private static StartOptions OptionsOf(CreateRequest request) => new()
    {
        ContainerId = request.Id,
        Bundle = request.Bundle,
        EveryController = true,
        WithoutCgroup = request.WithoutCgroup,
        PreservedFds = ListenFds.Count() + request.PreservedFds,
        NoPivot = request.NoPivot,
        NewKeyring = request.NewKeyring,
        KeepsNewlines = !request.Detached,
    };

    private static byte[] ReadConfig(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxConfig)
                throw new SlipwayException(ErrorKind.InvalidArgument, $"read '{path}': larger than {MaxConfig} bytes");
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SlipwayException(ErrorKind.NotFound, $"JSON specification file {path} not found", e) { Hint = "make one: slip-runtime spec" };
        }
    }
}
