using System.Globalization;
using System.Net;
using Slipway.Engine.Containers;
using Slipway.Store.Images;

namespace Slipway.Engine.Networks;

/// <summary>
/// Another container of the default network that a container was linked to (<c>--link</c>): lines of its hosts file, and variables that tell where
/// it is, what it serves and with what variables it runs. Programs of docker's first years read those.
/// </summary>
/// <param name="alias">What it is called by the one that is linked to it.</param>
/// <param name="other">The other.</param>
/// <param name="place">Its place in the network.</param>
/// <param name="image">What it was made from.</param>
internal sealed class LinkedContainer(string alias, ContainerRecord other, EndpointRecord place, ImageRecord? image)
{
    // Whose own these are says nothing of it.
    private static readonly string[] s_untold = ["PATH", "HOME"];

    /// <summary>Lines of a hosts file, one for each of its addresses.</summary>
    public IEnumerable<string> HostsLines =>
        ((IPAddress?[])[place.Ipv4, place.Ipv6]).OfType<IPAddress>().Select(a => $"{a}\t{string.Join(' ', ((string[])[alias, other.Request.Hostname ?? other.ShortId, other.Name]).Distinct())}");

    /// <summary>The variables: <c>SITE_NAME</c>, <c>SITE_PORT</c>, <c>SITE_PORT_80_TCP_ADDR</c>, <c>SITE_ENV_…</c>.</summary>
    /// <param name="linked">The name of the one that is linked to it.</param>
    public IEnumerable<string> Environment(string linked)
    {
        string prefix = alias.ToUpperInvariant().Replace('-', '_');
        yield return $"{prefix}_NAME=/{linked}/{alias}";
        bool isFirst = true;
        foreach ((int number, string protocol) in Ports())
        {
            string address = (place.Ipv4 ?? place.Ipv6)!.ToString(), port = string.Create(CultureInfo.InvariantCulture, $"{prefix}_PORT_{number}_{protocol.ToUpperInvariant()}");
            string url = string.Create(CultureInfo.InvariantCulture, $"{protocol}://{address}:{number}");
            if (isFirst)
                yield return $"{prefix}_PORT={url}";
            isFirst = false;
            yield return $"{port}={url}";
            yield return $"{port}_ADDR={address}";
            yield return string.Create(CultureInfo.InvariantCulture, $"{port}_PORT={number}");
            yield return $"{port}_PROTO={protocol}";
        }
        foreach (string variable in (IEnumerable<string>)[.. image?.Config.Config?.Env ?? [], .. other.Request.Environment])
        {
            if (variable.IndexOf('=', StringComparison.Ordinal) is > 0 and int end && !s_untold.Contains(variable[..end]))
                yield return $"{prefix}_ENV_{variable}";
        }
    }

    // In the order of their numbers, tcp first: the first is the one that has no number in its name.
    private IEnumerable<(int Number, string Protocol)> Ports() =>
        NetworkManager.Exposed(other.Request, image)
            .Select(p => p.Split('/'))
            .Select(p => (int.Parse(p[0], CultureInfo.InvariantCulture), p[^1]))
            .OrderBy(p => p.Item2 != "tcp").ThenBy(p => p.Item1);
}
