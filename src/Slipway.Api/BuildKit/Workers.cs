using Slipway.Api.Protobuf;
using Slipway.Api.Server;
using Slipway.Oci.Image;

namespace Slipway.Api.BuildKit;

/// <summary>What is said of who builds: one worker, which is this daemon.</summary>
internal static class Workers
{
    // What BuildKit's clients read out of labels: that files of any kind can be exported, and what host-gateway means.
    private const string Snapshotter = "org.mobyproject.buildkit.worker.snapshotter", Executor = "org.mobyproject.buildkit.worker.executor", Gateway = "org.mobyproject.buildkit.worker.moby.host-gateway-ip";

    /// <summary>
    /// What a client writes for <c>host-gateway</c>, which it insists on knowing as an address: the standard's dummy one (RFC 7600), since each step's network
    /// has its own, and gets it in this one's place.
    /// </summary>
    public const string HostGateway = "192.0.0.8";

    /// <summary>moby.buildkit.v1.types.WorkerRecord.</summary>
    public static ProtoWriter Record(ApiServices services)
    {
        Dictionary<string, string> labels = new() { [Executor] = "slip-runtime", [Gateway] = HostGateway };
        if (services.Options.TellsSnapshotter)
            labels[Snapshotter] = "overlay";
        return new ProtoWriter().Text(1, "slipway").Map(2, labels).Message(3, Of(Platform.Host)).Message(5, Version(services));
    }

    /// <summary>moby.buildkit.v1.types.BuildkitVersion.</summary>
    public static ProtoWriter Version(ApiServices services) => new ProtoWriter().Text(1, "slipway").Text(2, "v" + services.Options.Version.Number);

    private static ProtoWriter Of(Platform platform) => new ProtoWriter().Text(1, platform.Architecture).Text(2, platform.OS).Text(3, platform.Variant);
}
