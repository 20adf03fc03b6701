using System.Text;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Processes;
using Slipway.Linux.Terminals;
using Xunit;

namespace Slipway.Integration.Tests.Terminals;

/// <summary>A person at a terminal: <c>slip</c> on a pty of its own, as its controlling terminal.</summary>
internal sealed class TerminalSession : IDisposable
{
    private const int Patience = 20_000;
    private readonly SafeFd _master;
    private readonly SafeFd _process;
    private readonly StringBuilder _seen = new();
    private readonly byte[] _buffer = new byte[4096];
    private bool _ended;

    public TerminalSession(Slip slip, ushort rows, ushort columns, params string[] args)
    {
        string setsid = Needs.Program("setsid");
        (_master, SafeFd slave) = PtyPair.OpenHost();
        using (slave)
        {
            Terminal.SetSize(_master, rows, columns);
            string[] environment = [$"SLIPWAY_DATA={slip.DataRoot}", $"SLIPWAY_RUN={slip.RunRoot}", "PATH=/usr/bin:/bin", "TERM=xterm"];
            int pid = Spawn.Start(setsid, ["setsid", "--ctty", Slip.Executable, .. args], environment, [slave, slave, slave], newSession: false);
            _process = PidFd.TryOpen(pid) ?? throw new InvalidOperationException("slip ended before it could be watched");
        }
    }

    /// <summary>What was read and not expected yet.</summary>
    public string Rest => _seen.ToString();

    public void Type(string text) => Assert.True(FdIo.WriteAll(_master, Encoding.UTF8.GetBytes(text)));

    public void Resize(ushort rows, ushort columns) => Terminal.SetSize(_master, rows, columns);

    /// <summary>Reads until this has appeared behind what was expected before; fails after twenty seconds.</summary>
    public void Expect(string text)
    {
        while (!_seen.ToString().Contains(text, StringComparison.Ordinal))
            Assert.True(ReadMore(), $"'{text}' did not appear; the terminal shows: {_seen}");
        int end = _seen.ToString().IndexOf(text, StringComparison.Ordinal) + text.Length;
        _seen.Remove(0, end);
    }

    /// <summary>Reads to the end; gives slip's exit code.</summary>
    public int ExitCode()
    {
        while (Poller.Wait([new PollEntry(_process.Number, PollEvents.Readable)], 0) == 0)
            Assert.True(ReadMore() || Poller.Wait([new PollEntry(_process.Number, PollEvents.Readable)], Patience) > 0, $"slip does not end; the terminal shows: {_seen}");
        _ended = true;
        return PidFd.TryReap(_process)!.Value.ExitCode;
    }

    public void Dispose()
    {
        if (!_ended && PidFd.Signal(_process, 9))
        {
            Poller.Wait([new PollEntry(_process.Number, PollEvents.Readable)], Patience);
            PidFd.TryReap(_process);
        }
        _process.Dispose();
        _master.Dispose();
    }

    private bool ReadMore()
    {
        PollEntry[] both = [new PollEntry(_master.Number, PollEvents.Readable), new PollEntry(_process.Number, PollEvents.Readable)];
        if (Poller.Wait(both, Patience) == 0 || !both[0].CanRead)
            return false;
        int count;
        try
        {
            count = FdIo.Read(_master, _buffer);
        }
        catch (LinuxException e) when (e.Errno == Errno.EIO)
        {
            return false; // everyone has closed the other end
        }
        _seen.Append(Encoding.UTF8.GetString(_buffer, 0, Math.Max(count, 0)));
        return count > 0;
    }
}
