using Slipway.Linux.Files;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Specs;
using Slipway.Runtime.Users;
using Slipway.Store.Snapshots;

namespace Slipway.Engine.Containers;

/// <content>The process: what runs, as whom, where, with which environment.</content>
internal sealed partial class ContainerSpec
{
    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private ProcessSpec BuildProcess(ResolvedUser user, string hostname, IReadOnlyList<string> capabilities)
    {
        return new()
        {
            Args = ContainerCommand.Of(_request, image),
            Cwd = WorkingDirectory(),
            Env = BuildEnvironment(user, hostname),
            User = Injected.Groups.Count == 0 ? user.Spec : user.Spec with { AdditionalGids = [.. (user.Spec.AdditionalGids ?? []).Union(Injected.Groups)] },
            Terminal = _request.Terminal ? true : null,
            ConsoleSize = _request.Terminal ? _request.ConsoleSize : null,
            NoNewPrivileges = _request.Security.NoNewPrivileges ? true : null,
            Capabilities = DefaultSpec.CapabilitySets(capabilities, user.Spec.Uid),
            Rlimits = BuildRlimits(),
            OomScoreAdj = _request.Resources.OomScoreAdj,
            ApparmorProfile = _request.Security.AppArmorProfile ?? (_request.Security.Privileged ? "unconfined" : null),
            SelinuxLabel = SelinuxLabel(),
        };
    }

    private string WorkingDirectory()
    {
        string? wanted = _request.WorkingDirectory ?? _defaults.WorkingDir;
        if (string.IsNullOrEmpty(wanted))
            return "/";
        return wanted.StartsWith('/') ? wanted : throw Containers.WorkingDirectory.NotAbsolute(wanted);
    }

    private List<string> BuildEnvironment(ResolvedUser user, string hostname)
    {
        List<string> environment = [DefaultPath, "HOSTNAME=" + hostname];
        if (_request.Terminal)
            environment.Add("TERM=xterm");
        foreach (string variable in (IEnumerable<string>)[.. Network?.Environment ?? [], .. _defaults.Env ?? [], .. _request.Environment])
            EnvironmentList.Set(environment, variable);
        foreach (string variable in Injected.Environment)
            EnvironmentList.Set(environment, variable);
        // An empty one is none, as runc has it.
        if (EnvironmentList.Find(environment, "HOME") is null or "")
            EnvironmentList.Set(environment, "HOME=" + user.Home);
        return environment;
    }

    // Names are looked up in the files that the container has: the image's, and what it changed itself. Its own directory is only one more
    // to read from here: the end of a writable overlay syncs the whole file system.
    private ResolvedUser ResolveUser()
    {
        string user = _request.User ?? _defaults.User ?? "";
        IReadOnlyList<string> own = HasLayer ? [context.Paths.Upper(record.Id)] : [];
        using DirFd root = new(OverlayMount.OpenDetached([.. own, .. context.LowersOf(image)], null, null));
        return UserResolver.Resolve(root, user, _request.Groups);
    }
}
