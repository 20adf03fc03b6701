using System.Net;

namespace Slipway.Network.Dns;

/// <summary>
/// Who is called what in a network, as files that need no lock: each name of each container is one symbolic link that comes and goes as a
/// whole, and that every container's resolver reads.
/// <code>
/// ROOT/NETWORK/name                         → the network's name
/// ROOT/NETWORK/names/NAME/CONTAINER         → ADDRESS[,ADDRESS]
/// ROOT/NETWORK/addresses/ADDRESS            → NAME
/// </code>
/// </summary>
/// <param name="root">The run root's <c>networks</c>.</param>
public sealed class NameDirectory(string root)
{
    private const int LongestName = 255;

    /// <summary>Whether a name can be one. What a container asks for comes through here before it becomes a part of a path.</summary>
    public static bool IsName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is > 0 and < LongestName && name[0] != '.'
            && !name.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789-_.");
    }

    /// <summary>Enters a container's names.</summary>
    public void Add(string networkId, string networkName, string container, IReadOnlyList<string> names, IReadOnlyList<IPAddress> addresses)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(addresses);
        string network = Path.Combine(root, networkId);
        Link(Path.Combine(network, "name"), networkName);
        string target = string.Join(',', addresses);
        foreach (string name in names.Select(n => n.ToLowerInvariant()).Where(IsName))
            Link(Path.Combine(network, "names", name, container), target);
        foreach (IPAddress address in addresses)
            Link(Path.Combine(network, "addresses", address.ToString()), names[0]);
    }

    /// <summary>Takes a container's names out; those that are not there are no error.</summary>
    public void Remove(string networkId, string container, IEnumerable<string> names, IEnumerable<IPAddress> addresses)
    {
        string network = Path.Combine(root, networkId);
        foreach (string name in names.Select(n => n.ToLowerInvariant()).Where(IsName))
        {
            string directory = Path.Combine(network, "names", name);
            File.Delete(Path.Combine(directory, container));
            TryRemove(directory);
        }
        foreach (IPAddress address in addresses)
            File.Delete(Path.Combine(network, "addresses", address.ToString()));
    }

    /// <summary>Forgets a network.</summary>
    public void Remove(string networkId)
    {
        string network = Path.Combine(root, networkId);
        if (Directory.Exists(network))
            Directory.Delete(network, recursive: true);
    }

    /// <summary>The addresses of a name in a network, in any order; null where nobody has it.</summary>
    public List<IPAddress>? Find(string networkId, string name)
    {
        string network = Path.Combine(root, networkId);
        if (!IsName(name))
            return null;
        return Read(network, name) ?? (LinkOf(Path.Combine(network, "name")) is { } own && name.EndsWith("." + own.ToLowerInvariant(), StringComparison.Ordinal)
            ? Read(network, name[..^(own.Length + 1)])
            : null);
    }

    /// <summary>The name that an address has in a network, with the network's behind it; null where nobody has it.</summary>
    public string? Find(string networkId, IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        string network = Path.Combine(root, networkId);
        return LinkOf(Path.Combine(network, "addresses", address.ToString())) is { } name ? $"{name}.{LinkOf(Path.Combine(network, "name"))}" : null;
    }

    private static List<IPAddress>? Read(string network, string name)
    {
        string directory = Path.Combine(network, "names", name);
        if (!IsName(name) || !Directory.Exists(directory))
            return null;
        List<IPAddress>? found = null;
        foreach (string container in Directory.EnumerateFileSystemEntries(directory))
        {
            foreach (string text in (LinkOf(container) ?? "").Split(','))
            {
                if (IPAddress.TryParse(text, out IPAddress? address))
                    (found ??= []).Add(address);
            }
        }
        return found;
    }

    private static string? LinkOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (IOException)
        {
            return null; // gone just now
        }
    }

    // Another may be removing the last name of the directory at the same time.
    private static void Link(string path, string target)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                if (LinkOf(path) == target)
                    return;
                File.Delete(path);
                File.CreateSymbolicLink(path, target);
                return;
            }
            catch (IOException) when (attempt < 100)
            {
            }
        }
    }

    private static void TryRemove(string directory)
    {
        try
        {
            Directory.Delete(directory);
        }
        catch (IOException)
        {
        }
    }
}
