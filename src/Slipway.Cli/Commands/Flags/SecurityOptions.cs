using Slipway.Engine.Containers.Requests;
using Slipway.Oci;

namespace Slipway.Cli.Commands.Flags;

/// <summary>The values of <c>--security-opt</c>: <c>NAME=VALUE</c>, and <c>NAME:VALUE</c> as long ago.</summary>
internal static class SecurityOptions
{
    /// <exception cref="SlipwayException">InvalidArgument: there is no such option, or no such file.</exception>
    public static SecurityRequest Read(string[] options, SecurityRequest request)
    {
        foreach (string option in options)
            request = Apply(option, request);
        return request;
    }

    private static SecurityRequest Apply(string option, SecurityRequest request)
    {
        int at = option.IndexOfAny(['=', ':']);
        (string name, string? value) = at < 0 ? (option, null) : (option[..at], option[(at + 1)..]);
        return (name, value) switch
        {
            ("no-new-privileges", _) => request with { NoNewPrivileges = value is null || Truth(option, value) },
            ("seccomp", "unconfined") => request with { SeccompUnconfined = true, SeccompProfile = null },
            ("seccomp", "builtin") => request with { SeccompUnconfined = false, SeccompProfile = null },
            ("seccomp", { Length: > 0 }) => request with { SeccompProfile = ReadProfile(value) },
            ("apparmor", { Length: > 0 }) => request with { AppArmorProfile = value },
            ("label", { Length: > 0 }) => request with { SelinuxOptions = [.. request.SelinuxOptions, Label(option, value)] },
            ("systempaths", "unconfined") => request with { SystemPathsUnconfined = true },
            ("writable-cgroups", { Length: > 0 }) => request with { WritableCgroups = Truth(option, value) },
            _ => throw Invalid($"invalid --security-opt: \"{option}\""),
        };
    }

    private static string ReadProfile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Invalid($"opening seccomp profile ({path}) failed: {e.Message}");
        }
    }

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
