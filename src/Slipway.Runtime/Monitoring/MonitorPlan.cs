using Slipway.Oci.Runtime;
using Slipway.Runtime.Bundles;
using Slipway.Runtime.Plan;
using Slipway.Runtime.Process;
using Slipway.Runtime.Specs;

namespace Slipway.Runtime.Monitoring;

/// <summary>What a monitor would do for a container.</summary>
internal static class MonitorPlan
{
    /// <summary>The plan of its start, to be read. Nothing is started or made.</summary>
    /// <exception cref="Oci.SlipwayException">As far as it can be known: what would be wrong with the start.</exception>
    public static StartPlan Explain(PlanRequest request)
    {
        RuntimeSpec spec = SpecValidator.Accept(request.Spec, "the configuration", static _ => { });
        StartPlan plan = Explain(request, spec, BundleStarter.OptionsOf(request.Config));
        IEnumerable<PreparedStep> directories =
        [
            .. request.Config.Overlay is { } overlay ? [new("make the writable layer", overlay.Upper, "", "image")] : (PreparedStep[])[],
            .. request.Made.Select(static path => new PreparedStep("make the directory", path, "", "mounts")),
        ];
        return plan with { Preparation = [.. directories, .. plan.Preparation] };
    }

    private static StartPlan Explain(PlanRequest request, RuntimeSpec spec, StartOptions options)
    {
        if (spec.Process?.Terminal == true)
            return ProcessStarter.Explain(spec, options, request.Made);
        // Real ones: what is done with a stream depends on what it is.
        (ProcessStreams ours, ChildStdio theirs) = ProcessStreams.OfPipes(request.Config.OpenStdin, (spec.Process!.User.Uid, spec.Process.User.Gid));
        using (ours)
        using (theirs.Input)
        using (theirs.Output)
        using (theirs.Errors)
            return ProcessStarter.Explain(spec, options with { Stdio = StartedContainer.FdsOf(theirs) }, request.Made);
    }
}
