using System.Net;
using System.Net.Sockets;
using Slipway.Build.Fetching;
using Slipway.Engine.Builds.Fetching;
using Slipway.Linux.Files;
using Slipway.Oci;
using Xunit;

namespace Slipway.Engine.Tests.Builds;

/// <summary>Downloads from servers that say little, with a clock of the test's own.</summary>
public sealed class FileDownloaderTests : IDisposable
{
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("slipway-download-");
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Clock _clock = new();

    public FileDownloaderTests() => _listener.Start();

    public void Dispose()
    {
        _listener.Dispose();
        _place.Delete(recursive: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")]
    public async Task AServerThatFallsSilent_IsGivenUp(string beginning)
    {
        Task<FetchedFile> download = DownloadAsync();
        using Socket client = await _listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        client.Send(System.Text.Encoding.ASCII.GetBytes(beginning));
        await _clock.RunOutAsync(download);

        SlipwayException error = await Assert.ThrowsAsync<SlipwayException>(() => download);
        Assert.Equal(ErrorKind.Unavailable, error.Kind);
        Assert.Equal($"http://127.0.0.1:{Port}/file: nothing came for 60 s", error.Message);
    }

    [Fact]
    public async Task AServerThatSaysALittleNowAndThen_IsWaitedFor()
    {
        Task<FetchedFile> download = DownloadAsync();
        using Socket client = await _listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        client.Send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"u8);
        foreach (byte one in "abc"u8.ToArray())
        {
            int before = _clock.Restarts;
            client.Send([one]);
            while (_clock.Restarts == before && !download.IsCompleted)
                await Task.Yield();
        }

        FetchedFile file = await download;
        Assert.Equal(Digest.Of("abc"u8), file.Digest);
        Assert.Null(file.Modified);
    }

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    private async Task<FetchedFile> DownloadAsync()
    {
        using var downloader = new FileDownloader(_clock);
        using DirFd directory = DirFd.Open(_place.FullName);
        return await downloader.DownloadAsync(new Uri($"http://127.0.0.1:{Port}/file"), directory, "file", CancellationToken.None);
    }

    /// <summary>Its one timer runs out when the test says so.</summary>
    private sealed class Clock : TimeProvider, ITimer
    {
        private Action? _runOut;

        public int Restarts { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _runOut = () => callback(state);
            return this;
        }

        public async Task RunOutAsync(Task until)
        {
            _runOut!();
            await Task.WhenAny(until, Task.Delay(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Restarts++;
            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
