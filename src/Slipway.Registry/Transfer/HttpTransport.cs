using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Slipway.Oci;
using Slipway.Registry.Endpoints;

namespace Slipway.Registry.Transfer;

/// <summary>
/// The one place where HTTP connections are made: no redirects, cookies or decompression behind our back, bounded headers, and a certificate
/// that somebody vouches for unless the host was named as insecure.
/// </summary>
internal sealed class HttpTransport(RegistrySettings settings) : IDisposable
{
    private const int MaxHeaderKilobytes = 64, ConnectionsPerHost = 16;
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(15);
    private readonly string _agent = AgentName.Of(settings.UserAgent, settings.Credentials.Agent);
    private readonly ConcurrentDictionary<(string Host, bool Direct), Lazy<Connections>> _connections = new();

    /// <summary>Sends one request; the answer's body is still to be read.</summary>
    /// <param name="request">To any address; its headers are the caller's.</param>
    /// <param name="certificateHost">Whose certificates and trust apply.</param>
    /// <param name="timeout">From here to the end of the answer's headers.</param>
    /// <param name="cancellation">The caller's.</param>
    /// <exception cref="RegistryException">There was no answer.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string certificateHost, TimeSpan timeout, CancellationToken cancellation)
    {
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        request.Headers.TryAddWithoutValidation("User-Agent", _agent);
        // Go's clients, and so docker, never ask a proxy for this machine.
        bool direct = HostRules.IsLoopback(HostRules.NameOf(request.RequestUri!.IdnHost));
        Connections connections = _connections.GetOrAdd((certificateHost, direct), key => new(() => new Connections(settings, key.Host, key.Direct))).Value;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            return await connections.Invoker.SendAsync(request, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new RegistryException(ErrorKind.Unavailable, $"{ShownText.Of(request.RequestUri)}: no answer within {timeout.TotalSeconds:0.#} s", inner: e) { IsPassing = true };
        }
        catch (HttpRequestException e)
        {
            throw TransportError.Of(request.RequestUri, e, connections.Distrust);
        }
    }

    public void Dispose()
    {
        foreach (Lazy<Connections> connections in _connections.Values.Where(c => c.IsValueCreated))
            connections.Value.Dispose();
    }

    private sealed class Connections : IDisposable
    {
        private readonly CertificateDirectory _certificates;
        private readonly bool _anyCertificate;

        public Connections(RegistrySettings settings, string host, bool direct)
        {
            _certificates = CertificateDirectory.Load(settings.CertificateDirectories, host);
            _anyCertificate = settings.Config.IsInsecure(host);
            var handler = new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                AutomaticDecompression = DecompressionMethods.None,
                MaxResponseHeadersLength = MaxHeaderKilobytes,
                MaxResponseDrainSize = 0,
                ConnectTimeout = s_connectTimeout,
                EnableMultipleHttp2Connections = true,
                MaxConnectionsPerServer = ConnectionsPerHost,
                ActivityHeadersPropagator = null,
                UseProxy = !direct,
            };
            handler.SslOptions.RemoteCertificateValidationCallback = Validate;
            if (_certificates.Clients.Count > 0)
                handler.SslOptions.ClientCertificates = _certificates.Clients;
            Invoker = new HttpMessageInvoker(handler);
        }

        public HttpMessageInvoker Invoker { get; }

        /// <summary>Why the last certificate was refused.</summary>
        public string? Distrust { get; private set; }

        public void Dispose() => Invoker.Dispose();

        private bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            if (errors == SslPolicyErrors.None || _anyCertificate)
                return true;
            if (errors == SslPolicyErrors.RemoteCertificateChainErrors && certificate is X509Certificate2 leaf && chain is not null && IsVouchedFor(leaf, chain))
                return true;
            Distrust = Reason(errors, chain);
            return false;
        }

        // The system's authorities did not do; those of certs.d may.
        private bool IsVouchedFor(X509Certificate2 leaf, X509Chain presented)
        {
            if (_certificates.Authorities.Count == 0)
                return false;
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(_certificates.Authorities);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            foreach (X509ChainElement element in presented.ChainElements)
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
            return chain.Build(leaf);
        }

        private static string Reason(SslPolicyErrors errors, X509Chain? chain)
        {
            if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
                return "it has no certificate";
            if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
                return "its certificate is for another name";
            X509ChainStatusFlags status = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, s) => all | s.Status) ?? default;
            return status.HasFlag(X509ChainStatusFlags.NotTimeValid) ? "its certificate has expired or is not valid yet"
                : "its certificate is signed by an unknown authority";
        }
    }
}
