using Xunit;

namespace Slipway.Integration.Tests.Runtime;

/// <summary>What a container may leave behind on the host.</summary>
internal static class Leftovers
{
    /// <summary>No directory of the runtime's, no cgroup, no mount, no process.</summary>
    /// <param name="bundle">The container that is gone.</param>
    /// <param name="after">What was done, for the message.</param>
    public static void AssertNone(RuntimeBundle bundle, string after)
    {
        var found = new List<string>();
        if (Directory.Exists(bundle.Kept))
            found.Add($"{bundle.Kept}: {string.Join(' ', Directory.GetFileSystemEntries(bundle.Kept).Select(Path.GetFileName))}");
        foreach (string hierarchy in Directory.EnumerateDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup"))
        {
            string cgroup = $"{hierarchy}/slipway-tests/{bundle.Id}";
            if (Directory.Exists(cgroup))
                found.Add(cgroup);
        }
        found.AddRange(File.ReadLines("/proc/self/mountinfo").Where(line => line.Contains(bundle.Folder, StringComparison.Ordinal)));
        found.AddRange(Processes(bundle));
        Assert.True(found.Count == 0, $"left after {after}:\n{string.Join('\n', found)}");
    }

    // Those whose words name the test's own directory, which the scripts in it do.
    private static IEnumerable<string> Processes(RuntimeBundle bundle)
    {
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), out int pid) || pid == Environment.ProcessId)
                continue;
            string words;
            try
            {
                words = File.ReadAllText(directory + "/cmdline").Replace('\0', ' ');
            }
            catch (IOException)
            {
                continue;
            }
            if (words.Contains(bundle.Folder, StringComparison.Ordinal))
                yield return $"{pid}: {words}";
        }
    }
}
