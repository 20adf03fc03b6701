using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Slipway.Integration.Tests.Api;

/// <summary>
/// Requests that are nearly right, by the thousand, at the real daemon: each is answered as docker answers what can't be, none is our own fault, and the daemon
/// lives. Where it fails the number of the request is in the message, and the same is made again by it.
/// </summary>
public sealed class FuzzTests
{
    private const int Requests = 4000;

    private const string Create = """
        {"Image":"busybox","Cmd":["true"],"Entrypoint":["a"],"Env":["A=b"],"User":"1:2","WorkingDir":"/w","Tty":false,"OpenStdin":true,"Hostname":"h","Domainname":"d","Labels":{"a":"b"},
        "StopSignal":"TERM","StopTimeout":3,"Volumes":{"/v":{}},"ExposedPorts":{"80/tcp":{}},"Healthcheck":{"Test":["CMD","x"],"Interval":1000000000,"Retries":3},
        "HostConfig":{"Binds":["v:/x:ro"],"Memory":100000000,"MemorySwap":-1,"CpuShares":5,"NanoCpus":100000000,"CpusetCpus":"0","PidsLimit":10,"Ulimits":[{"Name":"nofile","Soft":1,"Hard":2}],
        "RestartPolicy":{"Name":"on-failure","MaximumRetryCount":3},"PortBindings":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"0"}]},"NetworkMode":"none","CapAdd":["ALL"],"CapDrop":["NET_RAW"],
        "SecurityOpt":["no-new-privileges"],"Tmpfs":{"/t":"size=1m"},"Mounts":[{"Type":"volume","Source":"v2","Target":"/m","VolumeOptions":{"Labels":{"a":"b"}}}],"Devices":[{"PathOnHost":"/dev/null","PathInContainer":"/dev/n","CgroupPermissions":"r"}],
        "LogConfig":{"Type":"json-file","Config":{"max-size":"1m"}},"ExtraHosts":["a:1.2.3.4"],"Dns":["1.1.1.1"],"Sysctls":{"net.ipv4.ip_forward":"1"},"ShmSize":1000000,"Init":true,"ReadonlyRootfs":true},
        "NetworkingConfig":{"EndpointsConfig":{"bridge":{"Aliases":["x"],"IPAMConfig":{"IPv4Address":"172.17.0.9"}}}}}
        """;

    private static readonly (string Method, string Path, string? Body)[] s_right =
    [
        ("POST", "/containers/create?name=fuzz", Create),
        ("POST", "/containers/create?platform=linux/amd64", Create),
        ("POST", "/networks/create", """{"Name":"n","Driver":"bridge","IPAM":{"Config":[{"Subnet":"10.9.0.0/24","Gateway":"10.9.0.1","IPRange":"10.9.0.0/25"}]},"Options":{"a":"b"},"Labels":{"a":"b"},"Internal":true,"EnableIPv6":false}"""),
        ("POST", "/volumes/create", """{"Name":"v","Driver":"local","DriverOpts":{"type":"tmpfs","device":"tmpfs","o":"size=1m"},"Labels":{"a":"b"}}"""),
        ("POST", "/containers/box/exec", """{"Cmd":["true"],"Env":["A=b"],"AttachStdout":true,"Tty":false,"User":"1","WorkingDir":"/","DetachKeys":"ctrl-p"}"""),
        ("POST", "/containers/box/update", """{"Memory":100000000,"RestartPolicy":{"Name":"no"},"CpuShares":3}"""),
        ("POST", "/commit?container=box&repo=r&tag=t&changes=ENV%20A=b", """{"Env":["A=b"],"Labels":{"a":"b"}}"""),
        ("POST", "/networks/bridge/connect", """{"Container":"box","EndpointConfig":{"Aliases":["a"],"IPAMConfig":{"IPv4Address":"172.17.0.9"}}}"""),
        ("GET", "/containers/json?all=1&filters=%7B%22status%22:%5B%22exited%22%5D%7D&limit=3&size=1", null),
        ("GET", "/images/json?filters=%7B%22dangling%22:%7B%22true%22:true%7D%7D&digests=1", null),
        ("GET", "/events?since=1&until=2&filters=%7B%22type%22:%5B%22container%22%5D%7D", null),
        ("GET", "/containers/box/logs?stdout=1&stderr=1&since=1&until=2&tail=5&timestamps=1", null),
        ("GET", "/containers/box/archive?path=/bin", null),
        ("HEAD", "/containers/box/archive?path=/bin", null),
        ("GET", "/containers/box/top?ps_args=aux", null),
        ("GET", "/images/busybox/history", null),
        ("GET", "/images/get?names=busybox", null),
        ("GET", "/system/df?type=image", null),
        ("GET", "/volumes?filters=%7B%22name%22:%5B%22v%22%5D%7D", null),
        ("GET", "/networks?filters=%7B%22driver%22:%5B%22bridge%22%5D%7D", null),
        ("POST", "/containers/box/resize?h=5&w=6", null),
        ("POST", "/containers/box/kill?signal=TERM", null),
        ("POST", "/containers/box/wait?condition=not-running", null),
        ("POST", "/images/busybox/tag?repo=x&tag=y", null),
        ("POST", "/build/prune?filters=%7B%22until%22:%5B%2224h%22%5D%7D&keep-storage=1", null),
        ("POST", "/build?dockerfile=D&t=x:y&buildargs=%7B%22a%22:%22b%22%7D&labels=%7B%7D&ulimits=%5B%7B%22Name%22:%22nofile%22,%22Soft%22:1%7D%5D&shmsize=5&extrahosts=a:1.2.3.4", "no archive"),
    ];

    [Fact]
    public void Requests_ThatAreNearlyRight_AreNeverOurFault()
    {
        using Slipd slipd = Slipd.WithBusybox();
        slipd.DockerOk("create", "--name", "box", "--network", "none", "busybox", "true");
        var wrong = new StringBuilder();
        Parallel.For(0, Requests, new ParallelOptions { MaxDegreeOfParallelism = 4 }, number =>
        {
            (string method, string path, string? body) = Make(number);
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            if (body is not null)
            {
                request.Content = new StringContent(body, Encoding.UTF8);
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(path.StartsWith("/build?", StringComparison.Ordinal) ? "application/x-tar" : "application/json");
            }
            try
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
                using HttpResponseMessage response = slipd.Http.Send(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
                int status = (int)response.StatusCode;
                if (status is < 500 or 501)
                    return;
                string answer = response.Content.ReadAsStringAsync(patience.Token).GetAwaiter().GetResult();
                lock (wrong)
                    wrong.Append($"{number}: {method} {path} {body}: {status} {answer}\n");
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                lock (wrong)
                    wrong.Append($"{number}: {method} {path} {body}: {e.Message}\n");
            }
        });
        Assert.True(wrong.Length == 0, wrong.ToString());
        Assert.Equal(200, slipd.Send("GET", "/_ping").Status);
    }

    // One of those that are right, with one to three things in it changed.
    private static (string Method, string Path, string? Body) Make(int number)
    {
        var random = new Random(number);
        (string method, string path, string? body) = s_right[number % s_right.Length];
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            if (body is null || random.Next(4) == 0)
                path = ChangePath(path, random);
            else if (random.Next(5) == 0)
                body = ChangeText(body, random);
            else
                body = ChangeTree(body, random);
        }
        return (method, path, body);
    }

    private static string ChangePath(string path, Random random)
    {
        int query = path.IndexOf('?', StringComparison.Ordinal);
        string[] odd = ["-1", "99999999999999999999", "%00", "..%2f..%2fetc", "%ff%fe", "a%0d%0ab", "", "true", "%7B%7D", "%5B%5D", "%7B%22a%22:5%7D", "1.5", "%F0%9F%9A%A2", new string('x', 300)];
        string value = odd[random.Next(odd.Length)];
        if (query < 0 || random.Next(4) == 0)
            return query < 0 ? $"{path}?filters={value}" : $"{path}&filters={value}";
        string[] parts = path[(query + 1)..].Split('&');
        int at = random.Next(parts.Length);
        parts[at] = parts[at].Split('=')[0] + "=" + value;
        return path[..(query + 1)] + string.Join('&', parts);
    }

    private static string ChangeText(string body, Random random)
    {
        int at = random.Next(body.Length), length = Math.Min(random.Next(1, 20), body.Length - at);
        return random.Next(3) switch
        {
            0 => body.Remove(at, length),
            1 => body.Insert(at, new string((char)random.Next(1, 0x2fff), length)),
            _ => body.Insert(at, body.Substring(at, length)),
        };
    }

    // A value of the document gets another type, or one at the edge of what it can have.
    private static string ChangeTree(string body, Random random)
    {
        JsonNode? document;
        List<Action<JsonNode?>> places = [];
        try
        {
            document = JsonNode.Parse(body);
            Collect(document, places);
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or ArgumentException)
        {
            return ChangeText(body, random); // it is no JSON any more, or has a name twice
        }
        if (places.Count == 0)
            return ChangeText(body, random);
        string[] odd =
        [
            "null", "true", "-1", "0", "1", "9223372036854775807", "-9223372036854775808", "1e300", "0.5", "\"\"", "\"\\u0000\"", "\"/\"", "\"..\"", "\"../../etc/passwd\"", "\"a\\nb\"", "\"=\"", "\":\"", "[]", "{}", "[null]", "[[]]", "{\"\":\"\"}",
            "{\"a\":null}", "\"\\ud83d\\udea2\"", "\"" + new string('x', 5000) + "\"", "[\"a\",5]", "{\"/proc\":{}}", "\"99999999999\"", "\"-5\"", "\"container:nosuch\"", "\"host\"", string.Concat(Enumerable.Repeat("[", 70)) + string.Concat(Enumerable.Repeat("]", 70)),
        ];
        places[random.Next(places.Count)](JsonNode.Parse(odd[random.Next(odd.Length)], null, new System.Text.Json.JsonDocumentOptions { MaxDepth = 100 }));
        return document!.ToJsonString(new System.Text.Json.JsonSerializerOptions { MaxDepth = 200 });
    }

    private static void Collect(JsonNode? node, List<Action<JsonNode?>> places)
    {
        if (node is JsonObject map)
        {
            foreach ((string name, JsonNode? value) in map.ToArray())
            {
                places.Add(changed => map[name] = changed);
                Collect(value, places);
            }
        }
        else if (node is JsonArray list)
        {
            for (int i = 0; i < list.Count; i++)
            {
                int at = i;
                places.Add(changed => list[at] = changed);
                Collect(list[i], places);
            }
        }
    }
}
