using System.CommandLine;
using System.Globalization;
using Slipway.Engine.Containers;
using Slipway.Oci;

namespace Slipway.Cli.Commands.Flags;

/// <summary>The flags of <c>run</c> and <c>create</c> about limits.</summary>
internal sealed class ResourceFlags
{
    private readonly Option<string?> _memory = new("--memory", "-m") { Description = "Memory limit: 64m, 2g", HelpName = "bytes" };
    private readonly Option<string?> _cpus = new("--cpus") { Description = "Number of processors: 1.5", HelpName = "decimal" };
    private readonly Option<long?> _pids = new("--pids-limit") { Description = "Most processes (default 2048, -1 for no limit)", HelpName = "int" };

    public ResourceFlags(Command command) => command.AddAll([_memory, _cpus, _pids]);

    /// <summary>Adds them to a request.</summary>
    public ContainerRequest Add(ParseResult line, ContainerRequest request) => request with
    {
        Resources = new()
        {
            MemoryBytes = line.GetValue(_memory) is { } memory ? SizeText.Parse(memory) : null,
            NanoCpus = line.GetValue(_cpus) is { } cpus ? ReadCpus(cpus) : null,
            PidsLimit = line.GetValue(_pids),
        },
    };

    private static long ReadCpus(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal cpus) && cpus is > 0 and < 1_000_000
            ? (long)(cpus * 1_000_000_000)
            : throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid argument \"{text}\" for \"--cpus\" flag: want a number of processors such as 1.5");
}
