using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Linux.Polling;
using Slipway.Linux.Terminals;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Attach;
using Slipway.Runtime.Bundles;
using Slipway.Runtime.Launching;

namespace Slipway.Engine.Builds;

/// <summary>A monitor that ends with this process and leaves no record: of a RUN step, of a command in a container that doesn't run. Its bundle is a step's.</summary>
internal static class OwnedMonitor
{
    /// <summary>Starts one.</summary>
    /// <param name="context">The engine's.</param>
    /// <param name="bundle">Its directory, of <see cref="StepBundle"/>.</param>
    /// <param name="id">The container's.</param>
    /// <param name="spec">What to run.</param>
    /// <param name="overlay">On what.</param>
    /// <param name="hasInput">Whether it reads.</param>
    /// <param name="network">Its network, if it has one.</param>
    /// <param name="given">What <paramref name="spec"/> names beyond the network's descriptors, in order.</param>
    public static MonitorSession Start(EngineContext context, LockedDirectory bundle, string id, RuntimeSpec spec, OverlayRoot overlay, bool hasInput, StepNetwork? network, params IReadOnlyList<SafeFd> given)
    {
        File.WriteAllBytes(Path.Combine(bundle.Path, "config.json"), RuntimeSpecJson.Write(spec));
        var config = new MonitorConfig
        {
            Id = id,
            Bundle = bundle.Path,
            RunDir = bundle.Path,
            Overlay = overlay,
            ExitPath = Path.Combine(bundle.Path, "exit.json"),
            EndsWithOwner = true,
            SeccompCacheDir = context.Paths.SeccompCache,
            OpenStdin = hasInput,
            StdinOnce = hasInput,
            GivesNetwork = network is not null,
            Service = network?.Resolver?.ToString(),
        };
        return context.Launcher.Start(config, attach: true, [.. network?.Descriptors ?? [], .. given]);
    }

    /// <summary>Whether this process's input is a terminal, that what is started would have.</summary>
    public static bool HasTerminal()
    {
        using SafeFd input = FdIo.Duplicate(0);
        return Terminal.IsTerminal(input);
    }

    /// <summary>Joins this process's streams to what runs; returns its exit code.</summary>
    public static int Converse(MonitorSession session, bool isTerminal) => End(session, session.Attach!.Pump(new PumpOptions { Stdin = true, Terminal = isTerminal, DetachKeys = null }));

    /// <summary>Waits for the end of the monitor; returns the exit code of what it ran.</summary>
    public static int End(MonitorSession session, AttachResult result)
    {
        session.Attach!.TakeOver();
        MonitorWait.Until(session.State, Timeout.InfiniteTimeSpan);
        if (result.End is AttachEnd.Exited)
            return result.ExitCode;
        StepBundle.End(session.State); // its monitor was killed, and what it would have removed is left
        throw new SlipwayException(ErrorKind.Internal, "the monitor ended without saying how its process did");
    }
}
