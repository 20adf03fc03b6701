using System.CommandLine;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Oci;

namespace Slipway.Cli.Commands.Flags;

/// <summary>The flags of <c>run</c> and <c>create</c> about what a container may do.</summary>
internal sealed class SecurityFlags
{
    private readonly Option<string[]> _capAdd = new("--cap-add") { Description = "Add a capability", HelpName = "list" };
    private readonly Option<string[]> _capDrop = new("--cap-drop") { Description = "Drop a capability", HelpName = "list" };
    private readonly Option<string[]> _security = new("--security-opt") { Description = "no-new-privileges, seccomp=unconfined", HelpName = "list" };

    public SecurityFlags(Command command) => command.AddAll([_capAdd, _capDrop, _security]);

    /// <summary>Adds them to a request.</summary>
    public ContainerRequest Add(ParseResult line, ContainerRequest request) => request with
    {
        Security = ReadOptions(line.ValuesOf(_security), new()
        {
            CapAdd = line.ValuesOf(_capAdd),
            CapDrop = line.ValuesOf(_capDrop),
        }),
    };

    private static SecurityRequest ReadOptions(string[] options, SecurityRequest request)
    {
        foreach (string option in options)
        {
            request = option switch
            {
                "no-new-privileges" or "no-new-privileges=true" or "no-new-privileges:true" => request with { NoNewPrivileges = true },
                "no-new-privileges=false" or "no-new-privileges:false" => request with { NoNewPrivileges = false },
                "seccomp=unconfined" or "seccomp:unconfined" => request with { SeccompUnconfined = true },
                _ => throw new SlipwayException(ErrorKind.NotSupported, $"security option '{option}' is not supported yet: no-new-privileges and seccomp=unconfined are"),
            };
        }
        return request;
    }
}
