using System.Text.Json.Nodes;
using Slipway.Cli.Templates;
using Slipway.Oci;
using Xunit;

namespace Slipway.Cli.Tests.Templates;

// What docker itself (its documentation's examples, and its client tried by hand) answers to the same templates.
public sealed class TemplateTests
{
    private static readonly JsonNode s_item = JsonNode.Parse(
        """
        {"ID":"4c01db0b339c","Names":"web,db/alias","Size":0,"Running":true,"Tags":["a:1","b:2"],"Empty":[],"None":null,
         "Labels":{"b":"2","a":"1"},"NetworkSettings":{"Ports":{"8787/tcp":[{"HostIp":"0.0.0.0","HostPort":"5000"}],"53/udp":null}},
         "Mounts":[{"Type":"bind","Source":"/x"},{"Type":"volume","Source":"y"}],"Ratio":0.5}
        """)!;

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("{{.ID}}: {{.Names}}", "4c01db0b339c: web,db/alias")]
    [InlineData("{{ .ID }}{{/* nothing */}}!", "4c01db0b339c!")]
    [InlineData("a {{- .Size -}} b", "a0b")]
    [InlineData("{{json .Labels}}", """{"b":"2","a":"1"}""")]
    [InlineData("{{json .ID}}", "\"4c01db0b339c\"")]
    [InlineData("{{.ID | upper}}", "4C01DB0B339C")]
    [InlineData("{{upper .ID | lower | printf \"%s-%s\" \"x\"}}", "x-4c01db0b339c")]
    [InlineData("{{join .Tags \", \"}}", "a:1, b:2")]
    [InlineData("{{index .Tags 1}}", "b:2")]
    [InlineData("{{index .Labels \"a\"}}", "1")]
    [InlineData("{{(index (index .NetworkSettings.Ports \"8787/tcp\") 0).HostPort}}", "5000")]
    [InlineData("{{range $p, $conf := .NetworkSettings.Ports}}{{$p}} -> {{if $conf}}{{(index $conf 0).HostPort}}{{else}}none{{end}} {{end}}", "53/udp -> none 8787/tcp -> 5000 ")]
    [InlineData("{{range .Mounts}}{{.Type}}={{.Source}};{{end}}", "bind=/x;volume=y;")]
    [InlineData("{{range $i, $m := .Mounts}}{{if $i}},{{end}}{{$m.Source}}{{end}}", "/x,y")]
    [InlineData("{{range .Empty}}x{{else}}none{{end}}", "none")]
    [InlineData("{{with .None}}x{{else}}nothing{{end}}", "nothing")]
    [InlineData("{{with index .Mounts 1}}{{.Source}} of {{$.ID}}{{end}}", "y of 4c01db0b339c")]
    [InlineData("{{if eq .Size 0}}zero{{else if gt .Size 5}}many{{else}}few{{end}}", "zero")]
    [InlineData("{{if and .Running (not .Empty)}}yes{{end}}", "yes")]
    [InlineData("{{if or .None .Empty}}yes{{else}}no{{end}}", "no")]
    [InlineData("{{$n := len .Tags}}{{$n}}{{$n = 7}}{{$n}}", "27")]
    [InlineData("{{slice .ID 0 4}}", "4c01")]
    [InlineData("{{truncate .ID 6}}|{{pad .ID 1 2}}|", "4c01db| 4c01db0b339c  |")]
    [InlineData("{{range split .Names \",\"}}[{{.}}]{{end}}", "[web][db/alias]")]
    [InlineData("{{printf \"%-5s|%5d|%05d|%q|%.1f|%%\" \"ab\" 12 12 \"x\" .Ratio}}", "ab   |   12|00012|\"x\"|0.5|%")]
    [InlineData("{{println .ID}}", "4c01db0b339c\n")]
    [InlineData("{{.Labels}} {{.Tags}} {{.None}}", "map[a:1 b:2] [a:1 b:2] <no value>")]
    [InlineData("{{title \"hello\"}} {{`raw \\n`}} {{\"tab\\t\"}}|", "Hello raw \\n tab\t|")]
    [InlineData("{{ne .ID \"x\"}} {{lt 1 2}} {{le 2 2}} {{ge 1 2}} {{eq .ID \"a\" \"4c01db0b339c\"}}", "true true true false true")]
    public void Render_Template_IsWhatDockerPrints(string template, string expected) => Assert.Equal(expected, Template.Parse(template).Render(s_item));

    [Theory]
    [InlineData("{{.Nope}}", "map has no entry for key \"Nope\"")]
    [InlineData("{{.ID.Nope}}", "can't evaluate field Nope")]
    [InlineData("{{.ID", "unclosed action")]
    [InlineData("{{if .ID}}x", "unexpected EOF")]
    [InlineData("{{end}}", "unexpected {{end}}")]
    [InlineData("{{nope .ID}}", "function \"nope\" not defined")]
    [InlineData("{{$x}}", "undefined variable \"$x\"")]
    [InlineData("{{index .Tags 9}}", "index out of range: 9")]
    [InlineData("{{lower}}", "wrong number or kind of args")]
    [InlineData("{{.ID .Names}}", "can't give argument to non-function")]
    [InlineData("{{lt .ID 1}}", "incompatible types for comparison")]
    [InlineData("{{\"open}}", "unterminated quoted string")]
    [InlineData("{{template \"x\"}}", "not supported here")]
    [InlineData("{{}}", "missing value for command")]
    public void Render_WrongTemplate_SaysWhere(string template, string why)
    {
        var error = Assert.Throws<SlipwayException>(() => Template.Parse(template).Render(s_item));
        Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_MethodOfTheRoot_GetsItsArgument()
    {
        var methods = new Dictionary<string, TemplateMethod> { ["Label"] = key => JsonValue.Create("<" + key + ">") };
        Assert.Equal("<com.example>", Template.Parse("{{.Label \"com.example\"}}").Render(s_item, methods));
    }
}
