using System.Net;
using System.Security.Cryptography;
using System.Text;
using Slipway.Build.Fetching;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Engine.Builds.Fetching;

/// <summary>
/// Files by HTTP, whoever serves them: few redirects and none from https to http, no cookies, no credentials, nothing unpacked on the way, an end
/// to silence, and a floor of free disk.
/// </summary>
internal sealed class FileDownloader : IDisposable
{
    private const int MaxRedirects = 10, MaxHeaderKilobytes = 64, BufferSize = 128 * 1024;
    private const long RoomStep = 4L << 20, RoomFloor = 1L << 30;

    // Of a small disk that part is kept free.
    private const int RoomPart = 20;
    private const uint FileMode = 0b110_000_000;
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(60);
    private readonly TimeProvider _clock;
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = MaxHeaderKilobytes,
        ConnectTimeout = TimeSpan.FromSeconds(30),
        ActivityHeadersPropagator = null,
    });

    public FileDownloader(TimeProvider clock) => _clock = clock;

    public async Task<FetchedFile> DownloadAsync(Uri url, DirFd directory, string name, CancellationToken ct)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using ITimer timer = _clock.CreateTimer(_ => silence.Cancel(), null, s_silence, Timeout.InfiniteTimeSpan);
        try
        {
            using HttpResponseMessage answer = await AskAsync(url, timer, silence.Token).ConfigureAwait(false);
            Digest digest = await SaveAsync(answer, directory, name, timer, silence.Token).ConfigureAwait(false);
            return new(digest, answer.Content.Headers.LastModified);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new SlipwayException(ErrorKind.Unavailable, $"{Show(url)}: nothing came for {s_silence.TotalSeconds:0} s", e);
        }
        catch (Exception e) when (e is HttpRequestException or HttpIOException)
        {
            throw new SlipwayException(ErrorKind.Unavailable, $"{Show(url)}: {ConnectionFault.Reason(e)}", e);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> AskAsync(Uri url, ITimer timer, CancellationToken ct)
    {
        for (int i = 0; i <= MaxRedirects; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
            request.Headers.TryAddWithoutValidation("User-Agent", "slipway");
            HttpResponseMessage answer = await _http.SendAsync(request, ct).ConfigureAwait(false);
            timer.Change(s_silence, Timeout.InfiniteTimeSpan);
            if ((int)answer.StatusCode is not (>= 300 and < 400) || answer.Headers.Location is not { } place)
            {
                if (answer.StatusCode == HttpStatusCode.OK)
                    return answer;
                int status = (int)answer.StatusCode;
                answer.Dispose();
                throw new SlipwayException(status == 404 ? ErrorKind.NotFound : ErrorKind.Unavailable, $"{Show(url)}: the server answers {status}");
            }
            answer.Dispose();
            url = Next(url, place);
        }
        throw new SlipwayException(ErrorKind.Unavailable, $"{Show(url)}: more than {MaxRedirects} redirects");
    }

    private static Uri Next(Uri from, Uri place)
    {
        var to = new Uri(from, place);
        bool isFine = to.Scheme == Uri.UriSchemeHttps || (to.Scheme == Uri.UriSchemeHttp && from.Scheme == Uri.UriSchemeHttp);
        return isFine ? to : throw new SlipwayException(ErrorKind.Denied, $"{Show(from)}: it redirects to {to.Scheme}, which is not followed");
    }

    private static async Task<Digest> SaveAsync(HttpResponseMessage answer, DirFd directory, string name, ITimer timer, CancellationToken ct)
    {
        using SafeFd file = directory.CreateFile(Encoding.UTF8.GetBytes(name), FileMode);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using Stream body = await answer.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        var buffer = new byte[BufferSize];
        long written = 0, asked = 0;
        for (int length; (length = await body.ReadAsync(buffer, ct).ConfigureAwait(false)) > 0; written += length)
        {
            timer.Change(s_silence, Timeout.InfiniteTimeSpan);
            hash.AppendData(buffer, 0, length);
            file.WriteAt(buffer.AsSpan(0, length), written);
            if (written < asked)
                continue;
            asked = written + RoomStep;
            FileSystemStatus disk = directory.Handle.FileSystem();
            long floor = Math.Min(RoomFloor, disk.Bytes / RoomPart);
            if (disk.FreeBytes < floor)
                throw new SlipwayException(ErrorKind.Exhausted, $"download: {written} bytes have come, and the disk has less than {floor >> 20} MiB left, which is kept free") { Hint = "make room, then try again: 'slip system df' shows what the store holds, 'slip prune' what could go" };
        }
        if (answer.Content.Headers.ContentLength is { } stated && stated != written)
            throw new SlipwayException(ErrorKind.Unavailable, $"download: {written} bytes came of {stated}");
        return Digest.FromHash(hash.GetHashAndReset());
    }

    // Without a password that may be in it.
    private static string Show(Uri url) => Printable.Escape(url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped));
}
