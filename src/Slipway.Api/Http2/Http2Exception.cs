namespace Slipway.Api.Http2;

/// <summary>The other end of a connection doesn't keep to HTTP/2, or is gone: nothing more comes over it.</summary>
internal sealed class Http2Exception(string message, Exception? inner = null) : IOException(message, inner);
