using System.Net;

namespace Slipway.Integration.Tests.Builds;

/// <summary>A web server on this machine: files of a directory, and answers of a test's own.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly string _root;

    public FileServer(string root)
    {
        _root = root;
        for (int port = Random.Shared.Next(20_000, 40_000); ; port++)
        {
            try
            {
                _listener.Prefixes.Clear();
                _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
                _listener.Start();
                Address = $"http://127.0.0.1:{port}";
                break;
            }
            catch (HttpListenerException)
            {
            }
        }
        _ = ServeAsync();
    }

    public string Address { get; }

    /// <summary>Answers by path; the others are files.</summary>
    public Dictionary<string, Action<HttpListenerResponse>> Answers { get; } = [];

    /// <summary>A directory of repositories, which git serves below <c>/git/</c>.</summary>
    public string? Repositories { get; init; }

    public List<string> Asked { get; } = [];

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                // One answer may take for ever.
                _ = Task.Run(() => Answer(context));
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    private void Answer(HttpListenerContext context)
    {
        string path = context.Request.Url!.AbsolutePath;
        lock (Asked)
            Asked.Add(path);
        try
        {
            string file = Path.Join(_root, path);
            if (Repositories is not null && path.StartsWith("/git/", StringComparison.Ordinal))
            {
                GitBackend.Answer(context, Repositories, path["/git".Length..]);
            }
            else if (Answers.TryGetValue(path, out Action<HttpListenerResponse>? answer))
            {
                answer(context.Response);
            }
            else if (File.Exists(file))
            {
                context.Response.Headers["Last-Modified"] = File.GetLastWriteTimeUtc(file).ToString("R");
                context.Response.OutputStream.Write(File.ReadAllBytes(file));
            }
            else
            {
                context.Response.StatusCode = 404;
            }
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or IOException or InvalidOperationException or ProtocolViolationException)
        {
        }
    }
}
