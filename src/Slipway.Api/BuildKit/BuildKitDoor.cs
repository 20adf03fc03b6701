using Slipway.Api.Grpc;

namespace Slipway.Api.BuildKit;

/// <summary>BuildKit's door: its calls, over one table of builds and one of sessions.</summary>
internal sealed class BuildKitDoor
{
    /// <summary>Clients that wait to be asked.</summary>
    public WaitingTable<Session> Sessions { get; } = new("session");

    /// <summary>Contexts that come by a request of their own, by the name of the build that wants them.</summary>
    public WaitingTable<UploadedContext> Uploads { get; } = new("upload");

    /// <summary>All calls.</summary>
    public GrpcTable Calls { get; } = new();

    public BuildKitDoor()
    {
        var jobs = new WaitingTable<SolveJob>("build");
        new ControlService(jobs, Sessions, new BuildHistory(TimeProvider.System)).AddTo(Calls);
        new BridgeService(jobs, Sessions).AddTo(Calls);
        HealthService.AddTo(Calls);
    }
}
