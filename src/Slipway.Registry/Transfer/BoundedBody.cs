using Slipway.Oci;

namespace Slipway.Registry.Transfer;

/// <summary>Documents: bodies that are read as a whole, with a cap that is known before (invariant I8).</summary>
internal static class BoundedBody
{
    private const int FirstSize = 16 * 1024;

    /// <summary>Reads all of it.</summary>
    /// <param name="response">Whose.</param>
    /// <param name="maxBytes">More is refused.</param>
    /// <param name="what">For errors: <c>manifest</c>.</param>
    /// <param name="timeout">For all of it.</param>
    /// <param name="cancellation">The caller's.</param>
    /// <exception cref="RegistryException">Corrupt: too long; Unavailable: cut or too slow.</exception>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, int maxBytes, string what, TimeSpan timeout, CancellationToken cancellation)
    {
        string where = response.RequestMessage?.RequestUri is { } address ? ShownText.Of(address) : "registry";
        if (response.Content.Headers.ContentLength > maxBytes)
            throw TooLong();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            using Stream body = await response.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
            byte[] buffer = new byte[Math.Min(FirstSize, maxBytes + 1)];
            int length = 0;
            for (int read; (read = await body.ReadAsync(buffer.AsMemory(length), limit.Token).ConfigureAwait(false)) > 0;)
            {
                length += read;
                if (length > maxBytes)
                    throw TooLong();
                if (length == buffer.Length)
                    Array.Resize(ref buffer, Math.Min(buffer.Length * 2, maxBytes + 1));
            }
            return buffer[..length];
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new RegistryException(ErrorKind.Unavailable, $"{where}: the {what} did not come within {timeout.TotalSeconds:0.#} s", inner: e) { IsPassing = true };
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw TransportError.Cut(where, e);
        }

        RegistryException TooLong() => new(ErrorKind.Corrupt, $"{where}: the {what} is longer than the {maxBytes} bytes allowed");
    }
}
