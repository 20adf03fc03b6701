namespace Slipway.Api.Wire;

/// <summary>A refusal with a status of its own, where the engine's kinds of errors don't say it: 413, 503 of a swarm.</summary>
internal sealed class ApiException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;

    public static ApiException BadRequest(string message) => new(400, message);
}
