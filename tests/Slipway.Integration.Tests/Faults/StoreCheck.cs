using System.Globalization;
using System.Security.Cryptography;
using Xunit;

namespace Slipway.Integration.Tests.Faults;

/// <summary>Looks into a store's directories, the kernel and the process table for what a killed or failed command left.</summary>
internal static class StoreCheck
{
    private static readonly string[] s_staging = ["tmp", "removing", "leases", "content/ingest"];

    /// <summary>Nothing is in the making, in the store or around it. At least one <c>slip</c> has run since the last kill.</summary>
    public static void NothingInTheMaking(Slip slip, string after)
    {
        Settle(slip);
        foreach (string place in s_staging)
        {
            // What a killed pull has fetched stays for the next.
            string[] left = [.. Names(Path.Combine(slip.DataRoot, place)).Where(n => !n.StartsWith("sha256-", StringComparison.Ordinal))];
            Assert.True(left is [], $"{after}: left in {place}: {string.Join(' ', left)}");
        }
        Assert.True(Names(Path.Combine(slip.RunRoot, "builds")) is [], $"{after}: left in RUN/builds");
        Assert.DoesNotContain(slip.DataRoot + "/", File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
    }

    // The monitor of a step sees its build's end on its own, a moment later: until it has gone the next slip leaves its directory alone.
    // What an rmi took away is removed by a process that outlives it.
    private static void Settle(Slip slip)
    {
        long deadline = Environment.TickCount64 + 10_000;
        while ((Names(Path.Combine(slip.RunRoot, "builds")) is not [] || Names(Path.Combine(slip.DataRoot, "leases")) is not []) && Environment.TickCount64 < deadline)
            slip.Ok("ps", "-aq");
    }

    /// <summary>Every blob's bytes hash to its name.</summary>
    public static void BlobsAreWhole(Slip slip)
    {
        foreach (string path in Directory.GetFiles(Path.Combine(slip.DataRoot, "content/blobs/sha256")))
        {
            using FileStream blob = File.OpenRead(path);
            Assert.Equal(Path.GetFileName(path), Convert.ToHexStringLower(SHA256.HashData(blob)));
        }
    }

    /// <summary>The store holds these blobs, unpacked layers and image names only.</summary>
    public static string Inventory(Slip slip) => string.Join('\n',
        Names(Path.Combine(slip.DataRoot, "content/blobs/sha256")).Order()
            .Concat(Names(Path.Combine(slip.DataRoot, "layers")).Order())
            .Concat(slip.Ok("images").Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(3)))));

    /// <summary>Waits until a process is gone; fails after ten seconds.</summary>
    public static void WaitForEnd(int pid)
    {
        long deadline = Environment.TickCount64 + 10_000;
        while (IsRunning(pid))
        {
            Assert.True(Environment.TickCount64 < deadline, string.Create(CultureInfo.InvariantCulture, $"process {pid} still runs"));
            Task.Delay(10).Wait();
        }
    }

    // It may end while it is looked at.
    private static bool IsRunning(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Split(") ")[1][0] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string[] Names(string directory) =>
        Directory.Exists(directory) ? [.. Directory.GetFileSystemEntries(directory).Select(p => Path.GetFileName(p))] : [];
}
