using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Slipway.Bench.Daemons;

/// <summary>A client of a daemon's Docker Engine API, on its socket.</summary>
internal sealed class ApiClient(string socket) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancel) =>
        {
            var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await client.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancel).ConfigureAwait(false);
            return new NetworkStream(client, ownsSocket: true);
        },
    })
    { BaseAddress = new Uri("http://daemon/v1.41/"), Timeout = TimeSpan.FromMinutes(5) };

    /// <summary>Reads an answer to its end; its length.</summary>
    public async Task<int> GetAsync(string path) => (await _http.GetByteArrayAsync(path).ConfigureAwait(false)).Length;

    /// <summary>A container without a network; its id.</summary>
    public async Task<string> CreateAsync(params string[] command)
    {
        var body = new JsonObject { ["Image"] = "bench", ["Cmd"] = new JsonArray([.. command.Select(c => (JsonNode)c)]), ["HostConfig"] = new JsonObject { ["NetworkMode"] = "none" } };
        using HttpResponseMessage made = await _http.PostAsync("containers/create", new StringContent(body.ToJsonString(), null, "application/json")).ConfigureAwait(false);
        return (string)JsonNode.Parse(await ContentOfAsync(made).ConfigureAwait(false))!["Id"]!;
    }

    public async Task StartAsync(string id) => await ContentOfAsync(await _http.PostAsync($"containers/{id}/start", null).ConfigureAwait(false)).ConfigureAwait(false);

    public async Task RemoveAsync(string id) => await ContentOfAsync(await _http.DeleteAsync($"containers/{id}?force=1").ConfigureAwait(false)).ConfigureAwait(false);

    public void Dispose() => _http.Dispose();

    private static async Task<string> ContentOfAsync(HttpResponseMessage response)
    {
        string text = await response.Content.ReadAsStringAsync().ConfigureAwait(false);
        return response.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri}: {(int)response.StatusCode} {text}");
    }
}
