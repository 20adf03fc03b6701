using System.Net;
using System.Net.Http.Headers;

namespace Slipway.Registry.Transfer;

/// <summary>One request to a registry, as often as it takes.</summary>
internal sealed record RegistryRequest(HttpMethod Method, Uri Address)
{
    /// <summary>Media types that the answer may have.</summary>
    public string? Accept { get; init; }

    /// <summary>The first byte that is wanted; null for all.</summary>
    public long? From { get; init; }

    /// <summary>The last byte that is wanted with <see cref="From"/>; null for the rest.</summary>
    public long? To { get; init; }

    /// <summary>Makes the body anew for each attempt; null for none.</summary>
    public Func<HttpContent>? Content { get; init; }

    /// <summary>Answers, besides success, that the caller reads itself.</summary>
    public IReadOnlyList<HttpStatusCode> Expected { get; init; } = [];

    /// <summary>Made again when it fails in passing. Not where a second time would do something else than the first.</summary>
    public bool Repeats { get; init; } = true;

    /// <summary>Until the headers of the answer: for a body that takes long to send, more than the usual.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Goes without our credentials wherever it goes: the address is not the registry's own.</summary>
    public bool Anonymous { get; init; }

    /// <summary>The message for one address.</summary>
    public HttpRequestMessage ToMessage(Uri address, AuthenticationHeaderValue? authorization)
    {
        var message = new HttpRequestMessage(Method, address) { Content = Content?.Invoke() };
        message.Headers.Authorization = authorization;
        // A body behind the answer to a HEAD, which some proxies send, would be taken for the next answer: so the server is asked to end that connection
        // (RFC 9112, 9.6; HTTP/2 has frames). One that doesn't can deceive nobody but those who believe it anyway.
        if (Method == HttpMethod.Head)
            message.Headers.ConnectionClose = true;
        if (Accept is not null)
            message.Headers.TryAddWithoutValidation("Accept", Accept);
        if (From is { } from)
            message.Headers.Range = new RangeHeaderValue(from, To);
        return message;
    }
}
