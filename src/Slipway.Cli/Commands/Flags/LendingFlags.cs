using System.CommandLine;
using System.Text;
using Slipway.Build;
using Slipway.Build.Dockerfile;

namespace Slipway.Cli.Commands.Flags;

/// <summary>What is lent to the steps of a build: secrets and SSH agents.</summary>
internal sealed class LendingFlags
{
    private readonly Option<string[]> _secrets = new("--secret") { Description = "Lend a secret to RUN --mount=type=secret: id=NAME[,src=FILE|,env=VARIABLE]", HelpName = "list" };
    private readonly Option<string[]> _ssh = new("--ssh") { Description = "Lend an SSH agent to RUN --mount=type=ssh: default, or NAME=SOCKET", HelpName = "list" };

    public IReadOnlyList<Option> All => [_secrets, _ssh];

    public Dictionary<string, BuildSecret> Secrets(ParseResult line) => (line.GetValue(_secrets) ?? []).Select(ReadSecret).ToDictionary(pair => pair.Id, pair => pair.Secret);

    /// <summary>Their sockets.</summary>
    public Dictionary<string, string> Agents(ParseResult line) => (line.GetValue(_ssh) ?? []).Select(ReadAgent).ToDictionary(pair => pair.Id, pair => pair.Socket);

    private static (string Id, BuildSecret Secret) ReadSecret(string text)
    {
        Dictionary<string, string> fields = ReadFields("--secret", text);
        string id = fields.GetValueOrDefault("id") ?? throw FlagText.Invalid("--secret", text, "want id=NAME[,src=FILE|,env=VARIABLE]");
        string? path = fields.GetValueOrDefault("src") ?? fields.GetValueOrDefault("source"), variable = fields.GetValueOrDefault("env");
        string type = fields.GetValueOrDefault("type") ?? "";
        if (fields.Keys.FirstOrDefault(key => key is not ("id" or "src" or "source" or "env" or "type")) is { } unknown)
            throw FlagText.Invalid("--secret", text, $"unexpected key '{unknown}'");
        if (type is not ("" or "file" or "env"))
            throw FlagText.Invalid("--secret", text, $"unsupported secret type '{type}'");
        if (type == "env" && variable is null)
            (variable, path) = (path, null);
        // As docker: without more, a variable of that name where there is one, else a file.
        if (path is null && variable is null && type != "file" && Environment.GetEnvironmentVariable(id) is not null)
            variable = id;
        if (variable is null)
            return (id, new BuildSecret { Path = path ?? id });
        string value = Environment.GetEnvironmentVariable(variable) ?? throw FlagText.Invalid("--secret", text, $"the variable {variable} is not set");
        return (id, new BuildSecret { Value = Encoding.UTF8.GetBytes(value) });
    }

    private static (string Id, string Socket) ReadAgent(string text)
    {
        (string id, string? socket) = FlagText.Cut(text, '=');
        socket ??= Environment.GetEnvironmentVariable("SSH_AUTH_SOCK");
        if (string.IsNullOrEmpty(socket))
            throw FlagText.Invalid("--ssh", text, "SSH_AUTH_SOCK is not set: start an agent (eval $(ssh-agent)) and add a key to it (ssh-add)");
        if (Linux.Processes.FileKind.Of(socket) is { IsPipe: false })
            throw FlagText.Invalid("--ssh", text, "a key file needs an agent: add it to one (ssh-add FILE) and give the agent's socket");
        return (id.Length > 0 ? id : "default", Path.GetFullPath(socket));
    }

    private static Dictionary<string, string> ReadFields(string flag, string text)
    {
        try
        {
            return CsvFields.Read(text).Select(field => FlagText.Cut(field, '=')).ToDictionary(field => field.Head.Trim(), field => field.Tail ?? "");
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw FlagText.Invalid(flag, text, "want fields such as id=NAME,src=FILE, each once");
        }
    }
}
