namespace Slipway.Network.Dns;

/// <summary>
/// The networks of one container, as its resolver reads them: <c>DIRECTORY/NETWORK</c>, a file with whether the network leads out (<c>open</c>,
/// <c>inner</c>) in the first line and the container's names and addresses in the others.
/// </summary>
/// <param name="directory">The container's directory in the run root, and <c>networks</c> in it.</param>
public sealed class Memberships(string directory)
{
    private const string Open = "open", Inner = "inner";

    /// <summary>Enters a network.</summary>
    public void Add(string network, bool isInternal, IEnumerable<string> names, IEnumerable<string> addresses)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, network), $"{(isInternal ? Inner : Open)}\n{string.Join(' ', names)}\n{string.Join(' ', addresses)}\n");
    }

    /// <summary>Leaves one.</summary>
    public void Remove(string network) => File.Delete(Path.Combine(directory, network));

    /// <summary>All of them, by id.</summary>
    public IReadOnlyList<Membership> List()
    {
        if (!Directory.Exists(directory))
            return [];
        List<Membership> all = [];
        foreach (string path in Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal))
        {
            string[] lines = File.ReadAllText(path).Split('\n');
            if (lines.Length >= 3)
                all.Add(new(Path.GetFileName(path), lines[0] == Inner, Words(lines[1]), Words(lines[2])));
        }
        return all;
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A container's membership in a network.</summary>
/// <param name="Network">Its id.</param>
/// <param name="IsInternal">Nothing leads out of it.</param>
/// <param name="Names">The container's names in it.</param>
/// <param name="Addresses">Its addresses.</param>
public sealed record Membership(string Network, bool IsInternal, IReadOnlyList<string> Names, IReadOnlyList<string> Addresses);
