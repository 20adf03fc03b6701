using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Slipway.Registry.Tests.Servers;

/// <summary>A registry on 127.0.0.1 that answers what a test tells it to, byte by byte, and remembers what it was asked. One request a connection.</summary>
internal sealed class ScriptedRegistry : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<ScriptedRequest, ScriptedResponse> _answer;
    private readonly X509Certificate2? _certificate;
    private readonly List<ScriptedRequest> _requests = [];

    public ScriptedRegistry(Func<ScriptedRequest, ScriptedResponse> answer, X509Certificate2? certificate = null)
    {
        _answer = answer;
        _certificate = certificate;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Its name in references.</summary>
    public string Host => $"127.0.0.1:{Port}";

    public string Address => $"{(_certificate is null ? "http" : "https")}://{Host}";

    public IReadOnlyList<ScriptedRequest> Requests
    {
        get
        {
            lock (_requests)
                return [.. _requests];
        }
    }

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                Stream line = client.GetStream();
                if (_certificate is not null)
                {
                    var tls = new SslStream(line);
                    await tls.AuthenticateAsServerAsync(_certificate);
                    line = tls;
                }
                if (await ReadAsync(line) is { } request)
                {
                    lock (_requests)
                        _requests.Add(request);
                    await WriteAsync(line, request, _answer(request));
                }
                await line.DisposeAsync();
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException or ObjectDisposedException)
            {
            }
        }
    }

    private async Task<ScriptedRequest?> ReadAsync(Stream line)
    {
        var head = new List<byte>();
        byte[] one = new byte[1];
        while (!(head.Count >= 4 && head[^1] == '\n' && head[^3] == '\n'))
        {
            if (await line.ReadAsync(one, _end.Token) == 0)
                return null;
            head.Add(one[0]);
            // The beginning of TLS, where there is none here.
            if (head[0] == 0x16)
                return null;
        }
        string[] lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        string[] first = lines[0].Split(' ');
        Dictionary<string, string> headers = [];
        foreach (string header in lines.Skip(1))
            headers[header[..header.IndexOf(':')].ToLowerInvariant()] = header[(header.IndexOf(':') + 1)..].Trim();
        byte[] body = new byte[headers.TryGetValue("content-length", out string? length) ? int.Parse(length, CultureInfo.InvariantCulture) : 0];
        await line.ReadExactlyAsync(body, _end.Token);
        return new ScriptedRequest(first[0], first[1], headers, body);
    }

    private async Task WriteAsync(Stream line, ScriptedRequest request, ScriptedResponse response)
    {
        var head = new StringBuilder($"HTTP/1.1 {response.Status} X\r\n{(response.Smuggles && request["Connection"] != "close" ? "" : "Connection: close\r\n")}");
        foreach ((string name, string value) in response.Headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        if (response.Chunked)
            head.Append("Transfer-Encoding: chunked\r\n");
        else if (response.DeclaredLength != -1)
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {response.DeclaredLength ?? response.Body.Length}\r\n");
        await line.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), _end.Token);
        if (request.Method == "HEAD" && !response.Smuggles)
            return;
        // The body comes when the next request does, so that nobody sees it before.
        if (response.Smuggles && request["Connection"] != "close")
            await line.ReadExactlyAsync(new byte[1], _end.Token);
        int length = Math.Min(response.Body.Length, response.CutAfter ?? response.SilentAfter ?? int.MaxValue);
        if (response.Chunked)
            await line.WriteAsync(Encoding.ASCII.GetBytes($"{length:x}\r\n"), _end.Token);
        await line.WriteAsync(response.Body.AsMemory(0, length), _end.Token);
        if (response.Chunked && response.CutAfter is null)
            await line.WriteAsync("\r\n0\r\n\r\n"u8.ToArray(), _end.Token);
        await line.FlushAsync(_end.Token);
        if (response.SilentAfter is not null || response.Smuggles)
            await Task.Delay(Timeout.Infinite, _end.Token);
    }
}
