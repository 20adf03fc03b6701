namespace Slipway.Runtime.Specs;

/// <content>Kernel parameters (config-linux.md#sysctl): only those that belong to a namespace of the container's own.</content>
public sealed partial class SpecValidator
{
    private void CheckSysctls(IReadOnlyDictionary<string, string>? parameters, string? domainName)
    {
        foreach ((string name, string value) in parameters ?? new Dictionary<string, string>())
        {
            string member = $"linux.sysctl[{Show(name)}]";
            string? kind = SysctlName.NamespaceOf(name);
            if (kind is null)
                throw Wrong(member, "it is not one of a container's own");
            if (!IsOwn(kind))
                throw Wrong(member, $"it needs a {kind} namespace of the container's own");
            if (SysctlName.PathOf(name) == "kernel/hostname")
                throw Wrong(member, "'hostname' is for that");
            if (SysctlName.PathOf(name) == "kernel/domainname" && !string.IsNullOrEmpty(domainName) && domainName != value)
                throw Wrong(member, $"'domainname' is {Show(domainName)}");
            if (!SysctlName.IsPlainValue(value))
                throw Wrong(member, $"{Show(value)} is not a plain value");
        }
    }
}
