using System.Globalization;
using Slipway.Oci;

namespace Slipway.Daemon.Listening;

/// <summary>The group whose members may use the unix socket. They are root of the host thereby.</summary>
internal static class SocketGroup
{
    private const string Usual = "docker";

    /// <summary>Its number; null where there is no such group and none was asked for.</summary>
    /// <param name="asked">By name or number; empty: none.</param>
    /// <exception cref="SlipwayException">NotFound: the host has no such group.</exception>
    public static uint? Find(string? asked)
    {
        if (asked is "")
            return null;
        string name = asked ?? Usual;
        if (uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out uint number))
            return number;
        // group(5): name:password:number:members.
        foreach (string line in File.Exists("/etc/group") ? File.ReadLines("/etc/group") : [])
        {
            string[] parts = line.Split(':');
            if (parts.Length >= 3 && parts[0] == name && uint.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out number))
                return number;
        }
        return asked is null ? null : throw new SlipwayException(ErrorKind.NotFound, $"group {Linux.Printable.Escape(name)} not found: the socket can't be given to it");
    }
}
