using System.Text;
using Xunit;

namespace Slipway.Integration.Tests.Registry;

/// <summary>Ways into real registries: by password and by token.</summary>
public sealed class LoginTests
{
    // htpasswd -nbB
    private const string Htpasswd = "sailor:$2y$05$YAJcUEKVQxHyg3RhHNdLS.CdTxVrXv6jCy7vrvaWNPMj9IMu04OPe\n";

    [Fact]
    public void Basic_WithAPassword_PushesAndPullsUntilLogout()
    {
        using var slip = new Slip();
        string file = slip.Write("htpasswd", Htpasswd);
        using DockerRegistry registry = DockerRegistry.Start($"auth:\n  htpasswd:\n    realm: x\n    path: \"{file}\"");
        string name = $"{registry.Host}/private/app";
        RegistryImages.Build(slip, name, 1000);
        Slip.Result denied = slip.Run("push", name);
        Assert.Equal(1, denied.ExitCode);
        Assert.Contains($"push access denied for {name}", denied.Errors, StringComparison.Ordinal);
        Assert.Contains($"slip login {registry.Host}", denied.Errors, StringComparison.Ordinal);
        Slip.Result wrong = slip.RunWithInput("wrong\n"u8.ToArray(), "login", "-u", TokenServer.User, "--password-stdin", registry.Host);
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("incorrect username or password", wrong.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(slip.CredentialFile));
        Slip.Result right = Login(slip, registry);
        Assert.Equal((0, "Login Succeeded\n"), (right.ExitCode, right.Output));
        Assert.Contains("will be stored unencrypted in " + slip.CredentialFile, right.Errors, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(slip.CredentialFile));
        slip.Ok("push", name);
        slip.Ok("pull", name);
        Assert.Equal($"Removing login credentials for {registry.Host}", slip.Ok("logout", registry.Host));
        Assert.Equal($"Not logged in to {registry.Host}", slip.Ok("logout", registry.Host));
        Slip.Result after = slip.Run("pull", name);
        Assert.Contains($"pull access denied for {name}, repository does not exist or may require 'slip login'", after.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Credentials_OfSkopeo_AreUnderstood_AndOursByIt()
    {
        using var slip = new Slip();
        string file = slip.Write("htpasswd", Htpasswd);
        using DockerRegistry registry = DockerRegistry.Start($"auth:\n  htpasswd:\n    realm: x\n    path: \"{file}\"");
        string name = $"{registry.Host}/app";
        RegistryImages.Build(slip, name, 1000);
        Directory.CreateDirectory(Path.GetDirectoryName(slip.CredentialFile)!);
        RegistryImages.Run("skopeo", "login", "--tls-verify=false", "--authfile", slip.CredentialFile, "-u", TokenServer.User, "-p", TokenServer.Password, registry.Host);
        slip.Ok("push", name);
        File.Delete(slip.CredentialFile);
        Login(slip, registry);
        RegistryImages.Run("skopeo", "inspect", "--tls-verify=false", "--authfile", slip.CredentialFile, $"docker://{name}");
    }

    [Fact]
    public void Token_OfATokenServer_OpensWhatItsUserMay()
    {
        using var slip = new Slip();
        using var tokens = new TokenServer(slip.Scratch);
        using DockerRegistry registry = DockerRegistry.Start(tokens.Section);
        string open = $"{registry.Host}/public/app", closed = $"{registry.Host}/private/app";
        RegistryImages.Build(slip, open, 5 << 20);
        slip.Ok("tag", open, closed);
        Assert.Contains("push access denied", slip.Run("push", open).Errors, StringComparison.Ordinal);
        Assert.Equal(0, Login(slip, registry).ExitCode);
        slip.Ok("push", open);
        int before = tokens.Count;
        // With the right to mount from the other repository, in one token.
        Assert.Contains("Mounted from public/app", slip.Ok("push", closed), StringComparison.Ordinal);
        Assert.Equal(before + 1, tokens.Count);
        slip.Ok("logout", registry.Host);
        RegistryImages.RemoveAll(slip);
        slip.Ok("pull", open);
        Assert.Contains("pull access denied", slip.Run("pull", closed).Errors, StringComparison.Ordinal);
        Login(slip, registry);
        slip.Ok("pull", closed);
    }

    [Fact]
    public void Helper_ThatTheFileNames_KeepsTheSecret()
    {
        using var slip = new Slip();
        string file = slip.Write("htpasswd", Htpasswd);
        using DockerRegistry registry = DockerRegistry.Start($"auth:\n  htpasswd:\n    realm: x\n    path: \"{file}\"");
        string kept = Path.Combine(slip.Scratch, "kept");
        string helper = slip.Write("bin/docker-credential-test", $"#!/bin/sh\ncase $1 in\n  store) cat > {kept};;\n  get) cat {kept} 2>/dev/null || {{ echo credentials not found in native keychain; exit 1; }};;\n  erase) rm {kept};;\nesac\n");
        File.SetUnixFileMode(helper, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Directory.CreateDirectory(Path.GetDirectoryName(slip.CredentialFile)!);
        File.WriteAllText(slip.CredentialFile, """{"credsStore":"test"}""");
        slip.ExtraPath = Path.GetDirectoryName(helper);
        Assert.Equal("", Login(slip, registry).Errors);
        Assert.Contains(TokenServer.Password, File.ReadAllText(kept), StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes($"{TokenServer.User}:{TokenServer.Password}")), File.ReadAllText(slip.CredentialFile), StringComparison.Ordinal);
        RegistryImages.Build(slip, $"{registry.Host}/app", 1000);
        slip.Ok("push", $"{registry.Host}/app");
        slip.Ok("logout", registry.Host);
        Assert.False(File.Exists(kept));
        File.WriteAllText(slip.CredentialFile, """{"credsStore":"../test"}""");
        Assert.Contains("is not on PATH", slip.Run("push", $"{registry.Host}/app").Errors, StringComparison.Ordinal);
    }

    private static Slip.Result Login(Slip slip, DockerRegistry registry) =>
        slip.RunWithInput(Encoding.UTF8.GetBytes(TokenServer.Password + "\n"), "login", "-u", TokenServer.User, "--password-stdin", registry.Host);
}
