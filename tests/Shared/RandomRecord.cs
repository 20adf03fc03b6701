using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Slipway.Tests;

/// <summary>
/// Records with any content, and their comparison member by member: what a model gains, its tests see. A member that may be null is null
/// now and then.
/// </summary>
internal sealed class RandomRecord(int seed)
{
    private const string Alphabet = "aZ09 _-/.:\"\\\n\té€😀<&+'\u007f\u2028";
    private static readonly string[] s_runes = [.. Alphabet.EnumerateRunes().Select(r => r.ToString())];

    private readonly Dictionary<PropertyInfo, bool> _mayBeNull = [];
    private readonly NullabilityInfoContext _nullability = new();
    private readonly Random _random = new(seed);

    /// <summary>Makes one.</summary>
    public T Make<T>() => (T)Make(typeof(T))!;

    /// <summary>The first member in which two differ, as a path; null where none does.</summary>
    public static string? Difference(object? a, object? b, string path = "")
    {
        if (a is null || b is null || a is string || a.GetType().IsValueType)
            return Equals(a, b) ? null : $"{path}: {a ?? "null"} / {b ?? "null"}";
        if (a is IDictionary map && b is IDictionary other)
            return map.Count == other.Count ? First(map.Keys.Cast<object>().Select(k => Difference(map[k], other[k], $"{path}[{k}]"))) : $"{path}: {map.Count} / {other.Count}";
        if (a is IList list && b is IList second)
            return list.Count == second.Count ? First(Enumerable.Range(0, list.Count).Select(i => Difference(list[i], second[i], $"{path}[{i}]"))) : $"{path}: {list.Count} / {second.Count}";
        return First(Members(a.GetType()).Select(p => Difference(p.GetValue(a), p.GetValue(b), $"{path}.{p.Name}")));
    }

    private static string? First(IEnumerable<string?> differences) => differences.FirstOrDefault(d => d is not null);

    private static PropertyInfo[] Members([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type type) =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite)];

    private object? Make(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return Maybe() ? Make(inner) : null;
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(_random.Next(Enum.GetValues(type).Length));
        if (type.IsGenericType)
            return MakeCollection(type);
        return type switch
        {
            _ when type == typeof(string) => Text(),
            _ when type == typeof(bool) => _random.Next(2) == 0,
            _ when type == typeof(ushort) => (ushort)Bits(),
            _ when type == typeof(int) => (int)Bits(),
            _ when type == typeof(uint) => (uint)Bits(),
            _ when type == typeof(long) => (long)Bits(),
            _ when type == typeof(ulong) => Bits(),
            _ when type == typeof(DateTimeOffset) => new DateTimeOffset(_random.NextInt64(DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero),
            _ when type.GetMethod("FromHash") is { } fromHash => FromHash(fromHash),
            _ => MakeRecord(type),
        };
    }

    private object FromHash(MethodInfo method)
    {
        var bytes = new byte[32];
        _random.NextBytes(bytes);
        return method.CreateDelegate<MakeDigest>()(bytes);
    }

    private delegate Oci.Digest MakeDigest(ReadOnlySpan<byte> hash);

    private object MakeRecord(Type type)
    {
        object record = RuntimeHelpers.GetUninitializedObject(type);
        foreach (PropertyInfo member in Members(type))
        {
            if (!_mayBeNull.TryGetValue(member, out bool mayBeNull))
                _mayBeNull.Add(member, mayBeNull = _nullability.Create(member).ReadState == NullabilityState.Nullable);
            member.SetValue(record, mayBeNull && !Maybe() ? null : Make(member.PropertyType));
        }
        return record;
    }

    private object MakeCollection(Type type)
    {
        Type[] arguments = type.GetGenericArguments();
        int count = _random.Next(4);
        if (arguments.Length == 1)
        {
            var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(arguments))!;
            for (int i = 0; i < count; i++)
                list.Add(Make(arguments[0]));
            return list;
        }
        var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(arguments))!;
        for (int i = 0; i < count; i++)
            map[Text()] = Make(arguments[1]);
        return map;
    }

    private bool Maybe() => _random.Next(4) != 0;

    // Of every length in bits: the bounds of each type among them.
    private ulong Bits()
    {
        ulong bits = (ulong)_random.NextInt64(long.MinValue, long.MaxValue) >> _random.Next(64);
        return _random.Next(8) switch { 0 => 0, 1 => ulong.MaxValue, 2 => 1UL << 63, 3 => long.MaxValue, 4 => int.MaxValue, _ => bits };
    }

    private string Text() => string.Concat(Enumerable.Range(0, _random.Next(6)).Select(_ => s_runes[_random.Next(s_runes.Length)]));
}
