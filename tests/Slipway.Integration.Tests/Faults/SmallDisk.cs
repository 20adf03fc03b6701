using System.Diagnostics;
using Xunit;

namespace Slipway.Integration.Tests.Faults;

/// <summary>A data root on a file system of its own. Needs a mount namespace that isn't the machine's: <c>./test</c> makes one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly Slip _slip;
    private readonly string _mountPoint;

    /// <param name="slip">Whose data root it becomes; nothing is there yet.</param>
    /// <param name="type">The file system. ext4 lies in a file.</param>
    /// <param name="options">mount -o; of ext4 its size.</param>
    public SmallDisk(Slip slip, string type, string options)
    {
        Assert.SkipWhen(new FileInfo("/proc/self/ns/mnt").LinkTarget == new FileInfo("/proc/1/ns/mnt").LinkTarget, "mounts need a namespace of their own: run ./test");
        _slip = slip;
        _mountPoint = Directory.CreateDirectory(slip.DataRoot).FullName;
        if (type != "ext4")
        {
            Call("mount", "-t", type, "-o", options, type, _mountPoint);
            return;
        }
        string image = Path.Combine(slip.Scratch, "ext4");
        Call("mkfs.ext4", "-q", image, options);
        Call("mount", "-o", "loop", image, _mountPoint);
    }

    public string Filler => Path.Combine(_mountPoint, "filler");

    /// <summary>As statfs(2) has it, after <see cref="Sync"/>.</summary>
    public long UsedBytes => new DriveInfo(_mountPoint) is var drive ? drive.TotalSize - drive.TotalFreeSpace : 0;

    /// <summary>Until then ext4 counts blocks that are no longer anybody's.</summary>
    public void Sync() => Call("sync", "-f", _mountPoint);

    public long FreeBytes => new DriveInfo(_mountPoint).AvailableFreeSpace;

    /// <summary>Takes the last byte, or all but so many.</summary>
    public void Fill(long room = 0)
    {
        using FileStream filler = File.Create(Filler, bufferSize: 0);
        try
        {
            while (true)
                filler.Write(new byte[4096]);
        }
        catch (IOException)
        {
            filler.SetLength(filler.Length - room);
        }
    }

    public void Remount(string options) => Call("mount", "-o", "remount," + options, _mountPoint);

    public void Dispose()
    {
        File.Delete(Filler);
        _slip.RemoveContainers();
        Call("umount", "-l", _mountPoint);
    }

    private static void Call(string program, params string[] args)
    {
        using Process process = Process.Start(program, args);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
