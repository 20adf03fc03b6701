namespace Slipway.Runtime.Cgroups.Devices;

/// <summary>How a v1 cgroup gets from the devices that it allows to others.</summary>
internal static class DeviceTransition
{
    /// <summary>
    /// The writes, in order. Between two lists of what is allowed it is the difference, so that what both allow works all the time; otherwise
    /// the rules as they are.
    /// </summary>
    /// <param name="list">What <c>devices.list</c> says.</param>
    /// <param name="rules">The rules that shall hold.</param>
    public static IReadOnlyList<(string File, string Text)> From(string list, IReadOnlyList<DeviceEntry> rules)
    {
        string[] lines = list.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (rules is not [{ IsEverything: true, Allow: false }, ..] || !rules.Skip(1).All(rule => rule.Allow) || lines.Any(line => line.StartsWith('a')))
            return [.. rules.Select(Write)];
        Dictionary<string, string> current = Merge(lines), wanted = Merge(rules.Skip(1).Select(rule => rule.Text));
        return [.. Difference(wanted, current).Select(text => ("devices.allow", text)), .. Difference(current, wanted).Select(text => ("devices.deny", text))];
    }

    /// <summary>A rule as its file takes it.</summary>
    public static (string File, string Text) Write(DeviceEntry rule) => (rule.Allow ? "devices.allow" : "devices.deny", rule.Text);

    // The kernel keeps one line for a device: what several rules allow comes together.
    private static Dictionary<string, string> Merge(IEnumerable<string> lines)
    {
        var merged = new Dictionary<string, string>();
        foreach (string line in lines)
        {
            int space = line.LastIndexOf(' ');
            string device = line[..space], access = line[(space + 1)..];
            merged[device] = merged.GetValueOrDefault(device, "") + access;
        }
        return merged;
    }

    private static IEnumerable<string> Difference(Dictionary<string, string> these, Dictionary<string, string> without)
    {
        foreach ((string device, string access) in these)
        {
            string left = string.Concat(access.Distinct().Except(without.GetValueOrDefault(device, "")));
            if (left.Length > 0)
                yield return $"{device} {left}";
        }
    }
}
