using System.Net;
using System.Text;
using Slipway.Build.Graph;
using Slipway.Build.Solving;
using Slipway.Engine.Networks;
using Slipway.Linux;
using Slipway.Linux.Mounts;
using Slipway.Linux.Processes;
using Slipway.Oci;

namespace Slipway.Engine.Builds;

/// <summary>
/// A step's <c>/etc/hosts</c> and <c>/etc/resolv.conf</c>, until it runs. The first never has the step's own address: what a step sees must not differ
/// from build to build. They are in its bundle, which the step's root covers: so they are handed on as trees.
/// </summary>
internal sealed class StepNameFiles : IDisposable
{
    private const UnixFileMode Everyone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly List<TreeMount> _made = [];

    /// <summary>Writes those that the step wants.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: the host's address is wanted where nothing leads to it.</exception>
    public StepNameFiles(RunStep step, StepNetwork? network, string bundle)
    {
        try
        {
            foreach (NameFileMount file in step.Mounts.OfType<NameFileMount>())
                _made.Add(new(file.Target, Open(step, network, file, bundle)));
        }
        catch
        {
            Dispose();
            throw;
        }
        Step = step with { Mounts = [.. step.Mounts.Select(mount => mount is NameFileMount ? _made.First(made => made.Target == mount.Target) : mount)] };
    }

    /// <summary>The step, with trees in place of the files.</summary>
    public RunStep Step { get; }

    public void Dispose()
    {
        foreach (TreeMount tree in _made)
            tree.Tree.Dispose();
    }

    private static SafeFd Open(RunStep step, StepNetwork? network, NameFileMount mount, string bundle)
    {
        string path = Path.Combine(bundle, Path.GetFileName(mount.Target));
        File.WriteAllText(path, mount.Target == NameFileMount.Hosts ? Hosts(step, network?.Gateway) : Resolv(step.Network, network));
        File.SetUnixFileMode(path, Everyone);
        using SafeFd place = SmallFile.Open(path);
        SafeFd tree = MountTree.Clone(place);
        MountTree.SetAttributes(tree, MountAttributes.ReadOnly);
        return tree;
    }

    private static string Resolv(string network, StepNetwork? made) => made?.ResolvConf ?? new ResolvConf(HostResolver.Read()) { IsOfHost = network == "host" }.Text(made?.Resolver is not null);

    private static string Hosts(RunStep step, IPAddress? gateway)
    {
        var text = new StringBuilder($"127.0.0.1\tlocalhost {step.Limits.Hostname}\n::1\tlocalhost ip6-localhost ip6-loopback\n");
        foreach ((string host, string address) in step.Limits.Hosts)
            text.Append(address == StepLimits.HostGateway ? GatewayOf(step, gateway) : address).Append('\t').Append(host).Append('\n');
        return text.ToString();
    }

    private static string GatewayOf(RunStep step, IPAddress? gateway) => step.Network switch
    {
        "host" => IPAddress.Loopback.ToString(),
        _ when gateway is not null => gateway.ToString(),
        _ => throw new SlipwayException(ErrorKind.InvalidArgument, $"unable to derive the IP value for {StepLimits.HostGateway}: a step with --network={step.Network} has no way to the host"),
    };
}
