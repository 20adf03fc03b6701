using Slipway.Api.Streams;
using Slipway.Engine;

namespace Slipway.Api.Server;

/// <summary>What the routes share.</summary>
internal sealed class ApiServices(SlipwayEngine engine, ApiOptions options)
{
    public SlipwayEngine Engine { get; } = engine;

    public ApiOptions Options { get; } = options;

    /// <summary>What happens, for those who wait for it.</summary>
    public EventHub Events { get; } = new(engine);
}
