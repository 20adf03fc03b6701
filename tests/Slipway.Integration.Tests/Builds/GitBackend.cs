using System.Diagnostics;
using System.Net;
using System.Text;

namespace Slipway.Integration.Tests.Builds;

/// <summary>git http-backend, the program that real servers run for git's own protocol, as CGI (RFC 3875).</summary>
internal static class GitBackend
{
    public static void Answer(HttpListenerContext context, string root, string path)
    {
        HttpListenerRequest request = context.Request;
        var start = new ProcessStartInfo(Needs.Program("git"), ["-c", "safe.directory=*", "http-backend"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        (string, string?)[] variables =
        [
            ("GIT_PROJECT_ROOT", root), ("GIT_HTTP_EXPORT_ALL", "1"), ("PATH_INFO", path), ("QUERY_STRING", request.Url!.Query.TrimStart('?')), ("REQUEST_METHOD", request.HttpMethod),
            ("CONTENT_TYPE", request.ContentType), ("HTTP_CONTENT_ENCODING", request.Headers["Content-Encoding"]), ("GIT_PROTOCOL", request.Headers["Git-Protocol"]), ("REMOTE_ADDR", "127.0.0.1"),
        ];
        foreach ((string name, string? value) in variables)
            start.Environment[name] = value ?? "";
        using var process = Process.Start(start)!;
        request.InputStream.CopyTo(process.StandardInput.BaseStream);
        process.StandardInput.Close();
        Stream output = process.StandardOutput.BaseStream;
        while (ReadLine(output) is { Length: > 0 } line)
        {
            string[] parts = line.Split(": ", 2);
            if (parts[0] == "Status")
                context.Response.StatusCode = int.Parse(parts[1].Split(' ')[0]);
            else if (parts[0] == "Content-Type")
                context.Response.ContentType = parts[1];
        }
        output.CopyTo(context.Response.OutputStream);
        process.WaitForExit();
    }

    private static string ReadLine(Stream stream)
    {
        var line = new StringBuilder();
        for (int c; (c = stream.ReadByte()) >= 0 && c != '\n';)
        {
            if (c != '\r')
                line.Append((char)c);
        }
        return line.ToString();
    }
}
