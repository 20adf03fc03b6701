using System.Text;
using Slipway.Build.Solving;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Store.Snapshots;
using Xunit;

namespace Slipway.Build.Tests.Solving;

/// <summary>
/// A test double of <see cref="IStepRunner"/>: no process runs, but the overlay is the kernel's. It understands the shell forms
/// <c>write FILE TEXT</c>, <c>say TEXT</c>, <c>nothing</c>, <c>fail CODE</c>, <c>meet COUNT</c> (waits until as many such steps run) and
/// <c>hang</c> (until it is cancelled), <c>spoil FILE TEXT</c> (writes and fails), <c>mark FILE TEXT</c> (sets an attribute), <c>swap DIRECTORY TARGET</c>
/// (a link takes the directory's place).
/// </summary>
internal sealed class FakeRunner : IStepRunner
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly TaskCompletionSource _met = new();
    private int _meeting;

    public List<RunStep> Steps { get; } = [];

    /// <summary>The inodes of the roots of the trees that steps saw.</summary>
    public List<ulong> Shown { get; } = [];

    public Task<int> RunAsync(RunStep step, Action<int, ReadOnlyMemory<byte>> output, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        lock (Steps)
        {
            Steps.Add(step);
            Shown.AddRange(step.Mounts.OfType<TreeMount>().Select(mount => mount.Tree.Status().Inode));
        }
        string[] words = step.Args[^1].Split(' ');
        switch (words[0])
        {
            case "write":
                Write(step, words[1], words[2]);
                return Task.FromResult(0);
            case "say":
                output(1, Encoding.UTF8.GetBytes(words[1] + "\n"));
                return Task.FromResult(0);
            case "fail":
                return Task.FromResult(int.Parse(words[1]));
            case "meet":
                return MeetAsync(int.Parse(words[1]), ct);
            case "spoil":
                Write(step, words[1], words[2]);
                return Task.FromResult(1);
            case "mark":
                Mark(step, words[1], words[2]);
                return Task.FromResult(0);
            case "swap":
                Swap(step, words[1], words[2]);
                return Task.FromResult(0);
            case "hang":
                return HangAsync(ct);
            default:
                return Task.FromResult(0);
        }
    }

    public int Enter(RunStep step) => RunAsync(step, static (_, _) => { }, CancellationToken.None).GetAwaiter().GetResult();

    private async Task<int> MeetAsync(int count, CancellationToken ct)
    {
        if (Interlocked.Increment(ref _meeting) == count)
            _met.SetResult();
        await _met.Task.WaitAsync(s_patience, ct);
        return 0;
    }

    private static async Task<int> HangAsync(CancellationToken ct)
    {
        await Task.Delay(s_patience, ct);
        return 0;
    }

    private static void Mark(RunStep step, string path, string text)
    {
        using var root = new DirFd(OverlayMount.OpenDetached(step.LowersTopFirst, step.Upper, step.Work));
        using SafeFd file = root.OpenPath(Encoding.UTF8.GetBytes(path), OpenFlags.ReadWrite, 0, Resolve.InRoot);
        file.SetXattr("user.mark"u8, Encoding.UTF8.GetBytes(text));
    }

    private static void Swap(RunStep step, string directory, string target)
    {
        using var mount = new DirFd(OverlayMount.OpenDetached(step.LowersTopFirst, step.Upper, step.Work));
        using DirFd root = mount.Reopen();
        byte[] name = Encoding.UTF8.GetBytes(directory);
        root.Rename(name, root, "old"u8);
        Assert.True(root.TrySymlink(name, Encoding.UTF8.GetBytes(target)));
    }

    private static void Write(RunStep step, string path, string text)
    {
        using var root = new DirFd(OverlayMount.OpenDetached(step.LowersTopFirst, step.Upper, step.Work));
        using SafeFd file = root.OpenPath(Encoding.UTF8.GetBytes(path), OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Truncate, 0b110_100_100, Resolve.InRoot);
        file.WriteAt(Encoding.UTF8.GetBytes(text), 0);
    }
}
