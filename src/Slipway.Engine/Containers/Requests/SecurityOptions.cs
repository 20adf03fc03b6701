using Slipway.Oci;

namespace Slipway.Engine.Containers.Requests;

/// <summary>The values of <c>--security-opt</c>: <c>NAME=VALUE</c>, and <c>NAME:VALUE</c> as long ago.</summary>
public static class SecurityOptions
{
    // The profile's text is kept once, in the request: here stands where it was.
    private const string Profile = "seccomp=";

    /// <summary>Adds them to the rights.</summary>
    /// <param name="options">As they were written.</param>
    /// <param name="request">The rights so far.</param>
    /// <param name="readProfile">Gives the text of the profile that <c>seccomp=</c> names.</param>
    /// <exception cref="SlipwayException">InvalidArgument: there is no such option, or not with that value.</exception>
    public static SecurityRequest Read(IEnumerable<string> options, SecurityRequest request, Func<string, string> readProfile)
    {
        foreach (string option in options)
            request = Apply(option, request, readProfile) with { WrittenOptions = [.. request.WrittenOptions, Kept(option)] };
        return request;
    }

    /// <summary>What was asked for, as it was written: who compares that with what is to be asked for finds no difference in a sign.</summary>
    public static IEnumerable<string> Written(SecurityRequest security)
    {
        if (security.WrittenOptions.Count == 0)
            return Canonical(security);
        IEnumerable<string> written = security.WrittenOptions.Where(o => o != Profile || security.SeccompProfile is not null).Select(o => o == Profile ? o + security.SeccompProfile : o);
        // docker's command line makes two lists of this one, which come without it.
        return security.SystemPathsUnconfined && !security.WrittenOptions.Any(static o => o.StartsWith("systempaths", StringComparison.Ordinal)) ? written.Append("systempaths=unconfined") : written;
    }

    /// <summary>The same in one spelling.</summary>
    public static IEnumerable<string> Canonical(SecurityRequest security)
    {
        if (security.NoNewPrivileges)
            yield return "no-new-privileges";
        if (security.SeccompProfile is { } profile)
            yield return Profile + profile;
        else if (security.SeccompUnconfined)
            yield return "seccomp=unconfined";
        if (security.AppArmorProfile is { } module)
            yield return "apparmor=" + module;
        foreach (string label in security.SelinuxOptions)
            yield return "label=" + label;
        if (security.SystemPathsUnconfined)
            yield return "systempaths=unconfined";
        if (security.WritableCgroups)
            yield return "writable-cgroups=true";
    }

    private static SecurityRequest Apply(string option, SecurityRequest request, Func<string, string> readProfile)
    {
        int at = option.IndexOfAny(['=', ':']);
        (string name, string? value) = at < 0 ? (option, null) : (option[..at], option[(at + 1)..]);
        return (name, value) switch
        {
            ("no-new-privileges", _) => request with { NoNewPrivileges = value is null || Truth(option, value) },
            ("seccomp", "unconfined") => request with { SeccompUnconfined = true, SeccompProfile = null },
            ("seccomp", "builtin") => request with { SeccompUnconfined = false, SeccompProfile = null },
            ("seccomp", { Length: > 0 }) => request with { SeccompProfile = readProfile(value) },
            ("apparmor", { Length: > 0 }) => request with { AppArmorProfile = value },
            ("label", { Length: > 0 }) => request with { SelinuxOptions = [.. request.SelinuxOptions, Label(option, value)] },
            ("systempaths", "unconfined") => request with { SystemPathsUnconfined = true },
            ("writable-cgroups", { Length: > 0 }) => request with { WritableCgroups = Truth(option, value) },
            _ => throw Invalid($"invalid --security-opt: \"{option}\""),
        };
    }

    private static string Kept(string option) =>
        (option.StartsWith(Profile, StringComparison.Ordinal) || option.StartsWith("seccomp:", StringComparison.Ordinal)) && option[Profile.Length..] is not ("unconfined" or "builtin") ? Profile : option;

    private static string Label(string option, string value) => value == "disable" || value.Split(':', 2) is ["user" or "role" or "type" or "level", { Length: > 0 }]
        ? value
        : throw Invalid($"invalid --security-opt: \"{option}\": a label is disable, or user:, role:, type: or level: and a name");

    private static bool Truth(string option, string value) => value switch
    {
        "true" or "1" => true,
        "false" or "0" => false,
        _ => throw Invalid($"invalid --security-opt: \"{option}\": want true or false"),
    };

    private static SlipwayException Invalid(string message) => new(ErrorKind.InvalidArgument, message);
}
