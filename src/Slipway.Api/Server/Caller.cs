namespace Slipway.Api.Server;

/// <summary>Who is at the other end of a connection, for the audit line.</summary>
/// <param name="Name">A user and process, or a certificate and address.</param>
internal sealed record Caller(string Name);
