using System.CommandLine;
using System.Globalization;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Oci;

namespace Slipway.Cli.Commands;

/// <summary>The flags that <c>run</c> and <c>create</c> share, and the request that they make.</summary>
internal sealed class ContainerOptions
{
    private readonly Option<string?> _name = new("--name") { Description = "Name of the container" };
    private readonly Option<string[]> _env = new("--env", "-e") { Description = "Set an environment variable (NAME alone copies yours)", HelpName = "list" };
    private readonly Option<string[]> _envFile = new("--env-file") { Description = "Read environment variables from a file", HelpName = "list" };
    private readonly Option<string?> _workdir = new("--workdir", "-w") { Description = "Working directory in the container" };
    private readonly Option<string?> _user = new("--user", "-u") { Description = "User name or number, and group: user[:group]" };
    private readonly Option<string[]> _groups = new("--group-add") { Description = "Additional group", HelpName = "list" };
    private readonly Option<string[]> _volumes = new("--volume", "-v") { Description = "Volume or bind mount: NAME:/path[:ro], /host:/path[:ro]", HelpName = "list" };
    private readonly Option<string?> _memory = new("--memory", "-m") { Description = "Memory limit: 64m, 2g", HelpName = "bytes" };
    private readonly Option<string?> _cpus = new("--cpus") { Description = "Number of processors: 1.5", HelpName = "decimal" };
    private readonly Option<long?> _pids = new("--pids-limit") { Description = "Most processes (default 2048, -1 for no limit)", HelpName = "int" };
    private readonly Option<bool> _readOnly = new("--read-only") { Description = "Mount the root file system read-only" };
    private readonly Option<string?> _entrypoint = new("--entrypoint") { Description = "Run this instead of the image's entry point" };
    private readonly Option<string?> _hostname = new("--hostname", "-h") { Description = "Host name in the container" };
    private readonly Option<string[]> _labels = new("--label", "-l") { Description = "Set a label: key=value", HelpName = "list" };
    private readonly Option<string?> _stopSignal = new("--stop-signal") { Description = "Signal that stop sends first" };
    private readonly Option<int?> _stopTimeout = new("--stop-timeout") { Description = "Seconds before stop kills (default 10)", HelpName = "int" };
    private readonly Option<string[]> _capAdd = new("--cap-add") { Description = "Add a capability", HelpName = "list" };
    private readonly Option<string[]> _capDrop = new("--cap-drop") { Description = "Drop a capability", HelpName = "list" };
    private readonly Option<string[]> _security = new("--security-opt") { Description = "no-new-privileges, seccomp=unconfined", HelpName = "list" };
    private readonly Option<bool> _interactive = new("--interactive", "-i") { Description = "Keep standard input open" };
    private readonly Option<bool> _tty = new("--tty", "-t") { Description = "Give it a terminal" };
    private readonly Option<bool> _rm = new("--rm") { Description = "Remove the container, with its writable layer, when it ends" };
    private readonly NetworkFlags _networks;
    private readonly ImageOptions _pull;
    private readonly Argument<string> _image = new("IMAGE");
    private readonly Argument<string[]> _command = new("COMMAND") { Arity = ArgumentArity.ZeroOrMore };

    public ContainerOptions(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)
            [_name, _env, _envFile, _workdir, _user, _groups, _volumes, _memory, _cpus, _pids, _readOnly, _entrypoint, _hostname,
             _labels, _stopSignal, _stopTimeout, _capAdd, _capDrop, _security, _interactive, _tty, _rm])
        {
            command.Options.Add(option);
        }
        _networks = new(command);
        _pull = new(command);
        command.Arguments.Add(_image);
        command.Arguments.Add(_command);
    }

    /// <summary>Makes the container; its image is pulled first where it isn't here and may be.</summary>
    public ContainerRecord Create(SlipwayEngine engine, ParseResult line) => WithImage(engine, line, engine.Containers.Create);

    /// <summary>Does something with the request and its image.</summary>
    public T WithImage<T>(SlipwayEngine engine, ParseResult line, Func<ContainerRequest, T> work)
    {
        ContainerRequest request = Read(line);
        return _pull.WithImage(engine, line, request.Image, () => work(request));
    }

    private ContainerRequest Read(ParseResult line)
    {
        string[] command = line.GetValue(_command) ?? [];
        string? entrypoint = line.GetValue(_entrypoint);
        (bool noNewPrivileges, bool unconfined) = ReadSecurity(line.GetValue(_security) ?? []);
        return _networks.Add(line, new()
        {
            Image = line.GetValue(_image)!,
            Name = line.GetValue(_name),
            Command = command.Length > 0 ? command : null,
            Entrypoint = entrypoint is null ? null : entrypoint.Length == 0 ? [] : [entrypoint],
            Environment = [.. (line.GetValue(_envFile) ?? []).SelectMany(EnvironmentFile.Read), .. EnvironmentFile.Resolve(line.GetValue(_env) ?? [])],
            WorkingDirectory = line.GetValue(_workdir),
            User = line.GetValue(_user),
            Groups = line.GetValue(_groups) ?? [],
            Mounts = [.. (line.GetValue(_volumes) ?? []).Select(MountParser.Parse)],
            MemoryBytes = line.GetValue(_memory) is { } memory ? SizeText.Parse(memory) : null,
            NanoCpus = line.GetValue(_cpus) is { } cpus ? ReadCpus(cpus) : null,
            PidsLimit = line.GetValue(_pids),
            ReadOnly = line.GetValue(_readOnly),
            Hostname = line.GetValue(_hostname),
            Labels = ReadLabels(line.GetValue(_labels) ?? []),
            StopSignal = line.GetValue(_stopSignal),
            StopTimeout = line.GetValue(_stopTimeout),
            CapAdd = line.GetValue(_capAdd) ?? [],
            CapDrop = line.GetValue(_capDrop) ?? [],
            NoNewPrivileges = noNewPrivileges,
            SeccompUnconfined = unconfined,
            Interactive = line.GetValue(_interactive),
            Terminal = line.GetValue(_tty),
            AutoRemove = line.GetValue(_rm),
        });
    }

    internal static Dictionary<string, string> ReadLabels(IEnumerable<string> labels)
    {
        Dictionary<string, string> read = [];
        foreach (string label in labels)
        {
            int equals = label.IndexOf('=', StringComparison.Ordinal);
            read[equals < 0 ? label : label[..equals]] = equals < 0 ? "" : label[(equals + 1)..];
        }
        return read;
    }

    private static long ReadCpus(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal cpus) && cpus is > 0 and < 1_000_000
            ? (long)(cpus * 1_000_000_000)
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid argument \"{text}\" for \"--cpus\" flag: want a number of processors such as 1.5");

    private static (bool NoNewPrivileges, bool Unconfined) ReadSecurity(string[] options)
    {
        bool noNewPrivileges = false;
        bool unconfined = false;
        foreach (string option in options)
        {
            switch (option)
            {
                case "no-new-privileges" or "no-new-privileges=true" or "no-new-privileges:true":
                    noNewPrivileges = true;
                    break;
                case "no-new-privileges=false" or "no-new-privileges:false":
                    noNewPrivileges = false;
                    break;
                case "seccomp=unconfined" or "seccomp:unconfined":
                    unconfined = true;
                    break;
                default:
                    throw new SlipwayException(ErrorKind.NotSupported, $"security option '{option}' is not supported yet: no-new-privileges and seccomp=unconfined are");
            }
        }
        return (noNewPrivileges, unconfined);
    }
}
