using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Slipway.Api.Server;

/// <summary>What a Kestrel binds, one for each protocol; it is handed what the listeners took.</summary>
internal sealed class KestrelEndPoint(HttpProtocols protocol) : EndPoint
{
    public HttpProtocols Protocol { get; } = protocol;

    public override string ToString() => $"accepted {Protocol}";
}
