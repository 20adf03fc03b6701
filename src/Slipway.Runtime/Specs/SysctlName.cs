namespace Slipway.Runtime.Specs;

/// <summary>
/// Names of kernel parameters, as sysctl(8) reads them: whichever of <c>.</c> and <c>/</c> comes first separates, and the other is part of a
/// name (<c>net/ipv4/conf/eth0.1/forwarding</c>).
/// </summary>
public static class SysctlName
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:@";

    // ipc_namespaces(7).
    private static readonly string[] s_ipc =
        ["kernel/msgmax", "kernel/msgmnb", "kernel/msgmni", "kernel/sem", "kernel/shmall", "kernel/shmmax", "kernel/shmmni", "kernel/shm_rmid_forced"];

    /// <summary>The file below /proc/sys; null where the name leads nowhere, or elsewhere.</summary>
    public static string? PathOf(string name)
    {
        int first = name.AsSpan().IndexOfAny('.', '/');
        string path = first >= 0 && name[first] == '.' ? string.Create(name.Length, name, static (swapped, text) =>
        {
            for (int i = 0; i < swapped.Length; i++)
                swapped[i] = text[i] switch { '.' => '/', '/' => '.', char c => c };
        }) : name;
        foreach (string part in path.Split('/'))
        {
            if (part is "" or "." or ".." || part.AsSpan().ContainsAnyExcept(Letters))
                return null;
        }
        return path;
    }

    /// <summary>The kind of namespace that a parameter belongs to, as config.json calls it; null where it is the host's.</summary>
    public static string? NamespaceOf(string name) => PathOf(name) switch
    {
        null => null,
        "kernel/hostname" or "kernel/domainname" => "uts",
        string path when path.StartsWith("net/", StringComparison.Ordinal) => "network",
        string path when path.StartsWith("fs/mqueue/", StringComparison.Ordinal) || s_ipc.Contains(path) => "ipc",
        _ => null,
    };

    /// <summary>Whether a value is one and nothing more (CVE-2022-0811: one smuggled kernel.core_pattern in).</summary>
    public static bool IsPlainValue(string value) => !value.AsSpan().ContainsAny("+=\n\0/");
}
