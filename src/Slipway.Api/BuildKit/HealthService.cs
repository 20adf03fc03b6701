using Slipway.Api.Grpc;
using Slipway.Api.Protobuf;

namespace Slipway.Api.BuildKit;

/// <summary>grpc.health.v1.Health: whoever asks is told that this daemon serves.</summary>
internal static class HealthService
{
    private const int Serving = 1;

    public static void AddTo(GrpcTable table) => table.Add("grpc.health.v1.Health", "Check", static call => call.WriteAsync(new ProtoWriter().Number(1, Serving)));
}
