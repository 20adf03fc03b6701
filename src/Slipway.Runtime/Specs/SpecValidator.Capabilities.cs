using Slipway.Linux.Capabilities;
using Slipway.Oci.Runtime;

namespace Slipway.Runtime.Specs;

/// <content>
/// Capabilities. What a kernel doesn't have or would not give (capabilities(7), "Transformation of capabilities") is left out with a warning:
/// so the specification wants it (config.md#linux-process), and engines ask for more than there is.
/// </content>
public sealed partial class SpecValidator
{
    private CapabilitiesSpec? AcceptCapabilities(string member, CapabilitiesSpec? sets)
    {
        if (sets is null)
            return null;
        IReadOnlyList<string>? bounding = Keep(member + ".bounding", sets.Bounding, IsKnown, "unknown");
        IReadOnlyList<string>? permitted = Keep(member + ".permitted", sets.Permitted, IsKnown, "unknown");
        IReadOnlyList<string>? inheritable = Keep(member + ".inheritable", sets.Inheritable, IsKnown, "unknown");
        inheritable = Keep(member + ".inheritable", inheritable, name => bounding?.Contains(name) == true, "not in the bounding set");
        IReadOnlyList<string>? effective = Keep(member + ".effective", sets.Effective, IsKnown, "unknown");
        effective = Keep(member + ".effective", effective, name => permitted?.Contains(name) == true, "not permitted");
        IReadOnlyList<string>? ambient = Keep(member + ".ambient", sets.Ambient, IsKnown, "unknown");
        ambient = Keep(member + ".ambient", ambient, name => permitted?.Contains(name) == true && inheritable?.Contains(name) == true, "not both permitted and inheritable");
        return new CapabilitiesSpec { Bounding = bounding, Effective = effective, Inheritable = inheritable, Permitted = permitted, Ambient = ambient };
    }

    private static bool IsKnown(string name) => CapabilityNames.Find(name) >= 0;

    // The list itself where nothing is to be left out.
    private IReadOnlyList<string>? Keep(string member, IReadOnlyList<string>? names, Func<string, bool> isGood, string why)
    {
        List<string>? kept = null;
        for (int i = 0; i < (names?.Count ?? 0); i++)
        {
            if (isGood(names![i]))
            {
                kept?.Add(names[i]);
                continue;
            }
            if (kept is null)
            {
                kept = [];
                for (int j = 0; j < i; j++)
                    kept.Add(names[j]);
            }
            Warn(member, $"{Show(names[i])} is {why}, and ignored");
        }
        return kept ?? names;
    }
}
