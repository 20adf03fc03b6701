using System.Text;

namespace Slipway.Store.Explaining.Packages;

/// <summary>Alpine's database (apk-installed): a paragraph a package, in it directories (F:) and after each its files (R:).</summary>
internal static class ApkDatabase
{
    private static readonly string[] s_places = ["lib/apk/db/installed", "usr/lib/apk/db/installed"];

    /// <summary>The packages that have one of these paths, which are absolute.</summary>
    public static IEnumerable<Package> Find(ImageFiles files, IReadOnlyList<string> paths)
    {
        byte[][] wanted = [.. paths.Select(p => Encoding.UTF8.GetBytes(p[1..]))];
        return s_places.SelectMany(place => Find(files.TryRead(place) ?? [], wanted)).Distinct();
    }

    private static List<Package> Find(ReadOnlySpan<byte> content, byte[][] wanted)
    {
        var found = new List<Package>();
        ReadOnlySpan<byte> directory = default;
        (string? name, string? version, bool has) = (null, null, false);
        foreach (Range range in content.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = content[range];
            if (line.Length < 2 || line[1] != (byte)':')
            {
                if (has && name is not null)
                    found.Add(new(name, version, "apk"));
                (name, version, has) = (null, null, false);
                directory = default;
                continue;
            }
            ReadOnlySpan<byte> value = line[2..];
            switch ((char)line[0])
            {
                case 'P': name = Encoding.UTF8.GetString(value); break;
                case 'V': version = Encoding.UTF8.GetString(value); break;
                case 'F':
                    directory = value;
                    has |= IsOneOf(wanted, value, default);
                    break;
                case 'R': has |= IsOneOf(wanted, directory, value); break;
            }
        }
        if (has && name is not null)
            found.Add(new(name, version, "apk"));
        return found;
    }

    private static bool IsOneOf(byte[][] wanted, ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name)
    {
        foreach (ReadOnlySpan<byte> path in wanted)
        {
            if (name.IsEmpty ? path.SequenceEqual(directory)
                : directory.IsEmpty ? path.SequenceEqual(name)
                : path.Length == directory.Length + 1 + name.Length && path.StartsWith(directory) && path[directory.Length] == (byte)'/' && path.EndsWith(name))
                return true;
        }
        return false;
    }
}
