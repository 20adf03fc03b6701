using System.CommandLine;
using Slipway.Cli.CommandLine;
using Slipway.Cli.Output;
using Slipway.Engine.Registries;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

internal sealed class LoginCommand : SlipCommand
{
    private readonly Option<string?> _username = new("--username", "-u") { Description = "Username" };
    private readonly Option<string?> _password = new("--password", "-p") { Description = "Password: others on this host can see it" };
    private readonly Option<bool> _stdin = new("--password-stdin") { Description = "Take the password from standard input" };
    private readonly Argument<string?> _server = new("SERVER") { Arity = ArgumentArity.ZeroOrOne };

    public LoginCommand()
        : base("login",
            """
            Keeps your credentials for a registry, once it has taken them, where docker keeps them too:
            ~/.docker/config.json (DOCKER_CONFIG names another directory), or the helper that is named there.
            Without SERVER it is Docker Hub.
            """)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_username, _password, _stdin])
            Options.Add(option);
        Arguments.Add(_server);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        string? username = line.GetValue(_username), password = line.GetValue(_password);
        bool stdin = line.GetValue(_stdin);
        if (password is not null && stdin)
            throw new SlipwayException(ErrorKind.InvalidArgument, "--password and --password-stdin are mutually exclusive");
        if (stdin && string.IsNullOrEmpty(username))
            throw new SlipwayException(ErrorKind.InvalidArgument, "must provide --username with --password-stdin");
        if (password is not null)
            Console.Error.WriteLine("WARNING! Using --password via the CLI is insecure. Use --password-stdin.");
        string host = RegistryManager.HostOf(line.GetValue(_server));
        var registries = new RegistryManager(global.ResolveOptions());
        if (username is null && password is null && !stdin && TryKept(registries, host))
            return 0;
        if (stdin)
            password = Console.In.ReadToEnd().TrimEnd('\n').TrimEnd('\r');
        username = Given(username) ?? Prompt.Line("Username: ") ?? throw Missing("username");
        password = Given(password) ?? Prompt.Secret("Password: ") ?? throw Missing("password");
        string? file = registries.LoginAsync(host, username, password, Interrupt.Token).GetAwaiter().GetResult();
        if (file is not null)
            Console.Error.WriteLine($"WARNING! Your password will be stored unencrypted in {file}.\nConfigure a credential helper (\"credsStore\" in that file) to remove this warning.\n");
        Console.Out.WriteLine("Login Succeeded");
        return 0;
    }

    // As docker: who is logged in already is asked for nothing while that still works.
    private static bool TryKept(RegistryManager registries, string host)
    {
        if (registries.UserOf(host) is null)
            return false;
        Console.Out.WriteLine("Authenticating with existing credentials...");
        try
        {
            registries.RepeatLoginAsync(host, Interrupt.Token).GetAwaiter().GetResult();
            Console.Out.WriteLine("Login Succeeded");
            return true;
        }
        catch (SlipwayException e) when (e.Kind == ErrorKind.Denied)
        {
            Console.Out.WriteLine("Login did not succeed, error: " + e.Message);
            return false;
        }
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static SlipwayException Missing(string what) => new(ErrorKind.InvalidArgument, $"{what} is empty")
    {
        Hint = "give --username and --password-stdin where there is no terminal to ask at",
    };
}
