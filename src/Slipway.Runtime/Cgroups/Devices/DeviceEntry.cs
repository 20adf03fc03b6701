using System.Globalization;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Cgroups.Devices;

/// <summary>A checked rule on devices (config-linux.md#allowed-device-list).</summary>
/// <param name="Allow">Or denies.</param>
/// <param name="Type"><c>b</c>, <c>c</c>, or <c>a</c> for all devices with all access.</param>
/// <param name="Major">Null matches all.</param>
/// <param name="Minor">Null matches all.</param>
/// <param name="Access">What it is about.</param>
internal sealed record DeviceEntry(bool Allow, char Type, uint? Major, uint? Minor, DeviceAccess Access)
{
    /// <summary>Whether nothing can escape it.</summary>
    public bool IsEverything => Type == 'a';

    /// <summary>
    /// Checks the rules, and leaves out those that a later one about everything makes void. A rule on devices of both types that isn't about
    /// everything becomes two: the v1 files would take it for everything.
    /// </summary>
    /// <exception cref="SlipwayException">InvalidArgument: an unknown type or access, or a number that no device has.</exception>
    public static IReadOnlyList<DeviceEntry> Check(IReadOnlyList<DeviceRule>? rules)
    {
        List<DeviceEntry> entries = [.. (rules ?? []).SelectMany(Check)];
        return [.. entries.Skip(Math.Max(0, entries.FindLastIndex(entry => entry.IsEverything)))];
    }

    /// <summary>As <c>devices.allow</c>, <c>devices.deny</c> and <c>devices.list</c> have it (cgroup-v1/devices.rst).</summary>
    public string Text => $"{Type} {Number(Major)}:{Number(Minor)} {AccessText(Access)}";

    private static IEnumerable<DeviceEntry> Check(DeviceRule rule)
    {
        string type = rule.Type is null or "" ? "a" : rule.Type;
        if (type is not ("a" or "b" or "c"))
            throw Wrong(rule, $"'{Printable.Escape(type)}' is not a type of devices");
        uint? major = NumberOf(rule, rule.Major), minor = NumberOf(rule, rule.Minor);
        DeviceAccess access = AccessOf(rule);
        if (type != "a" || major is null && minor is null && access == DeviceAccess.All)
            return [new(rule.Allow, type[0], major, minor, access)];
        return [new(rule.Allow, 'b', major, minor, access), new(rule.Allow, 'c', major, minor, access)];
    }

    private static DeviceAccess AccessOf(DeviceRule rule)
    {
        if (rule.Access is null or "")
            return DeviceAccess.All;
        DeviceAccess access = DeviceAccess.None;
        foreach (char letter in rule.Access)
        {
            access |= letter switch
            {
                'r' => DeviceAccess.Read,
                'w' => DeviceAccess.Write,
                'm' => DeviceAccess.Make,
                'a' => DeviceAccess.None, // no access of the specification's; runc's callers write it, and runc passes over it
                _ => throw Wrong(rule, $"'{Printable.Escape(rule.Access)}' is not an access"),
            };
        }
        return access != DeviceAccess.None ? access : throw Wrong(rule, $"'{rule.Access}' is not an access");
    }

    private static uint? NumberOf(DeviceRule rule, long? number) => number switch
    {
        null or -1 => null,
        >= 0 and <= uint.MaxValue => (uint)number,
        _ => throw Wrong(rule, $"{number} is not a device number"),
    };

    private static string Number(uint? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "*";

    private static string AccessText(DeviceAccess access) =>
        (access.HasFlag(DeviceAccess.Read) ? "r" : "") + (access.HasFlag(DeviceAccess.Write) ? "w" : "") + (access.HasFlag(DeviceAccess.Make) ? "m" : "");

    private static SlipwayException Wrong(DeviceRule rule, string why) =>
        new(ErrorKind.InvalidArgument, $"device rule ({(rule.Allow ? "allow" : "deny")}): {why}");
}
