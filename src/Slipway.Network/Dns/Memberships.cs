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
    /// <param name="network">Its id.</param>
    /// <param name="isInternal">Nothing leads out of it.</param>
    /// <param name="names">The container's names in it.</param>
    /// <param name="addresses">Its addresses.</param>
    /// <param name="links">Names that only this container has for others, and those others' names; one that can't be a name is left out.</param>
    public void Add(string network, bool isInternal, IEnumerable<string> names, IEnumerable<string> addresses, IEnumerable<KeyValuePair<string, string>>? links = null)
    {
        Directory.CreateDirectory(directory);
        IEnumerable<string> pairs = (links ?? [])
            .Select(l => (Alias: l.Key.ToLowerInvariant(), Target: l.Value.ToLowerInvariant()))
            .Where(l => NameDirectory.IsName(l.Alias) && NameDirectory.IsName(l.Target))
            .Select(l => $"{l.Alias}={l.Target}");
        File.WriteAllText(Path.Combine(directory, network), $"{(isInternal ? Inner : Open)}\n{string.Join(' ', names)}\n{string.Join(' ', addresses)}\n{string.Join(' ', pairs)}\n");
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
                all.Add(new(Path.GetFileName(path), lines[0] == Inner, Words(lines[1]), Words(lines[2])) { Links = lines.Length > 3 ? LinksOf(lines[3]) : Membership.NoLinks });
        }
        return all;
    }

    private static Dictionary<string, string> LinksOf(string line)
    {
        Dictionary<string, string> links = new(StringComparer.Ordinal);
        foreach (string pair in Words(line))
        {
            int at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at > 0)
                links[pair[..at]] = pair[(at + 1)..];
        }
        return links;
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A container's membership in a network.</summary>
/// <param name="Network">Its id.</param>
/// <param name="IsInternal">Nothing leads out of it.</param>
/// <param name="Names">The container's names in it.</param>
/// <param name="Addresses">Its addresses.</param>
public sealed record Membership(string Network, bool IsInternal, IReadOnlyList<string> Names, IReadOnlyList<string> Addresses)
{
    internal static readonly IReadOnlyDictionary<string, string> NoLinks = new Dictionary<string, string>();

    /// <summary>Names that only this container has for others of it, and what those are called there.</summary>
    public IReadOnlyDictionary<string, string> Links { get; init; } = NoLinks;
}
