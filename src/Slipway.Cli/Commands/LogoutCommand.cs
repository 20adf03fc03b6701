using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Engine.Registries;

namespace Slipway.Cli.Commands;

internal sealed class LogoutCommand : SlipCommand
{
    private readonly Argument<string?> _server = new("SERVER") { Arity = ArgumentArity.ZeroOrOne };

    public LogoutCommand()
        : base("logout", "Forgets your credentials for a registry; without SERVER those for Docker Hub.") => Arguments.Add(_server);

    public override int Run(ParseResult line, GlobalOptions global)
    {
        string host = RegistryManager.HostOf(line.GetValue(_server));
        bool known = new RegistryManager(global.ResolveOptions()).Logout(host);
        Console.Out.WriteLine(known ? $"Removing login credentials for {host}" : $"Not logged in to {host}");
        return 0;
    }
}
