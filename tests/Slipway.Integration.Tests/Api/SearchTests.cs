using Slipway.Registry.Tests.Servers;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>A registry's search, through docker's command line: the registry is one that answers the protocol's first version.</summary>
public sealed class SearchTests
{
    private const string Found = """
        {"num_results":3,"query":"data","results":[
          {"name":"database","description":"keeps it","star_count":12,"is_official":true,"is_automated":true},
          {"name":"some/datum","description":"a bit of it","star_count":2,"is_official":false},
          {"name":"other/date","description":null,"star_count":0}]}
        """;

    [Fact]
    public void Search_ARegistrysAnswer_IsFilteredAndBounded()
    {
        using Slipd slipd = Slipd.WithBusybox();
        using var server = new ScriptedRegistry(r => r.Path.StartsWith("/v1/search", StringComparison.Ordinal) ? new ScriptedResponse(200, System.Text.Encoding.UTF8.GetBytes(Found)) : ScriptedResponse.Of(404));
        string host = server.Address.Split("//")[1];
        string Names(params string[] flags) => slipd.DockerOk(["search", "--format", "{{.Name}} {{.StarCount}} {{.IsOfficial}}", .. flags, $"{host}/data"]);
        Assert.Equal("database 12 [OK]\nsome/datum 2\nother/date 0", Names().Replace(" \n", "\n", StringComparison.Ordinal).TrimEnd());
        Assert.Equal("database 12 [OK]", Names("--filter", "stars=3").Trim());
        Assert.Equal("database 12 [OK]", Names("--filter", "is-official=true").Trim());
        Assert.Equal("database 12 [OK]", Names("--limit", "1").Trim());
        Assert.Contains(server.Requests, r => r.Target.EndsWith("/v1/search?q=data&n=1", StringComparison.Ordinal));
        int asked = server.Requests.Count;
        Assert.Equal($"NAME       DESCRIPTION   STARS     OFFICIAL\ndatabase   keeps it      12        [OK]\n", slipd.Slip.Run("search", "--limit", "1", $"{host}/data").Output);
        Assert.Equal("""{"Description":"a bit of it","IsAutomated":"false","IsOfficial":"false","Name":"some/datum","StarCount":"2"}""",
            slipd.Slip.Ok("search", "--format", "json", "--filter", "stars=1", "--filter", "is-official=false", $"{host}/data"));
        Assert.Contains("invalid filter 'stars=a'", slipd.Slip.Run("search", "--filter", "stars=a", $"{host}/data").Errors, StringComparison.Ordinal);
        Assert.Contains("limit 101 is outside the range of [1, 100]", slipd.Slip.Run("search", "--limit", "101", $"{host}/data").Errors, StringComparison.Ordinal);
        asked = server.Requests.Count;
        foreach (string filter in (string[])["stars=a", "is-official=a", "is-automated=a", "nothing=1"])
            Assert.Contains("invalid filter", slipd.Docker("search", "--filter", filter, $"{host}/data").Errors, StringComparison.Ordinal);
        Assert.Contains("limit 101 is outside the range of [1, 100]", slipd.Docker("search", "--limit", "101", $"{host}/data").Errors, StringComparison.Ordinal);
        Assert.Equal(asked, server.Requests.Count);
    }

    [Fact]
    public void Search_WhereThereIsNone_SaysWhoWasAskedAndWhy()
    {
        using Slipd slipd = Slipd.WithBusybox();
        using var server = new ScriptedRegistry(_ => ScriptedResponse.Of(404));
        string host = server.Address.Split("//")[1];
        Assert.Contains($"{host}/v1/search", slipd.Docker("search", $"{host}/data").Errors, StringComparison.Ordinal);
        Assert.Equal(400, slipd.Send("GET", "/images/search?term=").Status);
        Assert.Equal(404, slipd.Send("GET", $"/images/search?term={host}/data").Status);
    }
}
