using Slipway.Oci.Json;

namespace Slipway.Engine.Containers.Requests;

/// <summary>Members that are left out where they say the default, so that a row stays small.</summary>
internal static class RequestJsonMembers
{
    /// <summary>A truth value, where it is true.</summary>
    public static void WriteSet(this JsonWriter json, ReadOnlySpan<byte> name, bool value)
    {
        if (value)
            json.Write(name, value);
    }

    /// <summary>A list, where it has anything.</summary>
    public static void WriteSet(this JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
            json.Write(name, values);
    }

    /// <summary>An object of strings, where it has anything.</summary>
    public static void WriteSet(this JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyDictionary<string, string> values)
    {
        if (values.Count > 0)
            json.Write(name, values);
    }

    /// <summary>A list of objects, where it has anything.</summary>
    public static void WriteSet<T>(this JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<T> values, Action<JsonWriter, T> members)
        where T : class
    {
        if (values.Count > 0)
            json.Write(name, values, members);
    }
}
