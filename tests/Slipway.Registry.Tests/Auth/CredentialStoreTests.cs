using System.Text;
using Slipway.Oci;
using Slipway.Registry.Auth;
using Xunit;

namespace Slipway.Registry.Tests.Auth;

public sealed class CredentialStoreTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("slip-auth-").FullName;
    private readonly Helper _helper = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string FilePath => Path.Combine(_directory, "config.json");

    [Theory]
    [InlineData("""{"auths":{"https://index.docker.io/v1/":{"auth":"bWU6c2VjcmV0"}}}""", "docker.io")]
    [InlineData("""{"auths":{"https://r.example:5000/v2/":{"auth":"bWU6c2VjcmV0"}}}""", "r.example:5000")]
    [InlineData("""{"auths":{"r.example":{"username":"me","password":"secret"}}}""", "r.example")]
    public void Find_InDockersSpellings_FindsIt(string file, string host)
    {
        File.WriteAllText(FilePath, file);
        Assert.Equal(new Credential("me", "secret"), Store().Find(host));
        Assert.Null(Store().Find("other.example"));
        Assert.Null(Store().Find(host + "0"));
    }

    [Theory]
    [InlineData("""{"auths":{"r.example":{"auth":"!!"}}}""")]
    [InlineData("""{"auths":{"r.example":{"auth":"bm9jb2xvbg=="}}}""")]
    [InlineData("""{"auths":{"r.example":{}}}""")]
    [InlineData("""{"auths":[]}""")]
    [InlineData("")]
    public void Find_WhereNothingCanBeRead_FindsNothing(string file)
    {
        File.WriteAllText(FilePath, file);
        Assert.Null(Store().Find("r.example"));
    }

    [Fact]
    public void Find_InAFileThatIsNoJson_IsAnErrorThatNamesIt()
    {
        File.WriteAllText(FilePath, "{");
        Assert.Contains(FilePath, Assert.Throws<SlipwayException>(() => Store().Find("r.example")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Store_InAFile_KeepsWhatOthersWrote()
    {
        File.WriteAllText(FilePath, """{"HttpHeaders":{"X":"y"},"auths":{"other.example":{"auth":"YTpi"},"https://r.example":{"auth":"b2xkOm9sZA=="}},"psFormat":"{{.ID}}\t+"}""");
        Assert.True(Store().Store("r.example", new Credential("me", "secret")));
        string text = File.ReadAllText(FilePath);
        Assert.Contains("\"psFormat\": \"{{.ID}}\\t+\"", text, StringComparison.Ordinal);
        Assert.Contains("\"X\": \"y\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("b2xk", text, StringComparison.Ordinal);
        Assert.Equal(new Credential("me", "secret"), Store().Find("r.example"));
        Assert.Equal(new Credential("a", "b"), Store().Find("other.example"));
        Assert.True(Store().Erase("r.example"));
        Assert.False(Store().Erase("r.example"));
        Assert.Null(Store().Find("r.example"));
        Assert.NotNull(Store().Find("other.example"));
    }

    [Fact]
    public void Store_OfAnIdentityToken_ComesBackAsOne()
    {
        Store().Store("docker.io", new Credential("me", "", "token"));
        Assert.Contains("https://index.docker.io/v1/", File.ReadAllText(FilePath), StringComparison.Ordinal);
        Assert.Equal("token", Store().Find("docker.io")?.IdentityToken);
    }

    [Fact]
    public void Store_WithAHelper_LeavesNoSecretInTheFile()
    {
        File.WriteAllText(FilePath, """{"credsStore":"safe"}""");
        Assert.False(Store().Store("r.example", new Credential("me", "secret")));
        Assert.DoesNotContain("secret", File.ReadAllText(FilePath), StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("me:secret"u8), File.ReadAllText(FilePath), StringComparison.Ordinal);
        Assert.Equal(new Credential("me", "secret"), Store().Find("r.example"));
        Assert.True(Store().Erase("r.example"));
        Assert.Null(Store().Find("r.example"));
        Assert.Equal(["safe store", "safe get", "safe get", "safe erase", "safe get"], _helper.Calls);
    }

    [Fact]
    public void Find_WithAHelperOfOneRegistry_AsksItForThatOneOnly()
    {
        File.WriteAllText(FilePath, """{"credHelpers":{"r.example":"cloud"},"auths":{"s.example":{"auth":"YTpi"}}}""");
        Assert.Null(Store().Find("r.example"));
        Assert.Equal(new Credential("a", "b"), Store().Find("s.example"));
        Assert.Equal(["cloud get"], _helper.Calls);
    }

    private CredentialStore Store() => new(FilePath, _helper, File.WriteAllBytes);

    // Keeps one credential in memory, with the protocol of the real ones.
    private sealed class Helper : ICredentialHelper
    {
        private byte[]? _kept;

        public List<string> Calls { get; } = [];

        public (int ExitCode, byte[] Output) Run(string name, string verb, byte[] input)
        {
            Calls.Add($"{name} {verb}");
            switch (verb)
            {
                case "store":
                    _kept = input;
                    return (0, []);
                case "erase":
                    _kept = null;
                    return (0, []);
                default:
                    return _kept is null ? (1, Encoding.ASCII.GetBytes("credentials not found in native keychain\n")) : (0, _kept);
            }
        }
    }
}
