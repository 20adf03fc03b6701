using System.Globalization;
using Slipway.Engine.Containers;
using Slipway.Engine.Events;
using Slipway.Engine.Recording;
using Slipway.Engine.Trash;
using Slipway.Oci;
using Slipway.Runtime.Logs;
using Slipway.Runtime.State;
using Slipway.Store.Images;
using Slipway.Store.Snapshots;

namespace Slipway.Engine.Postmortems;

/// <summary>
/// The black box: tells why a container ended, from what its monitor wrote, its log and its writable layer. Also of one in the trash, where a
/// <c>--rm</c> container that failed stays for a day.
/// </summary>
public sealed class PostmortemReader
{
    private readonly EngineContext _context;
    private readonly ContainerManager _containers;
    private readonly TrashManager _trash;

    internal PostmortemReader(EngineContext context, ContainerManager containers, TrashManager trash) => (_context, _containers, _trash) = (context, containers, trash);

    /// <summary>Of one container.</summary>
    /// <param name="nameOrId">Which; where none has the name, the last one in the trash that had it.</param>
    /// <param name="lines">How many of the last lines are wanted.</param>
    /// <param name="cancel">Ends the walk through the writable layer.</param>
    /// <exception cref="SlipwayException">NotFound; InvalidArgument: several ids begin so.</exception>
    public Postmortem Read(string nameOrId, int lines, CancellationToken cancel) => Of(_trash.GetContainer(nameOrId), lines, cancel);

    /// <summary>Of the container that failed last.</summary>
    /// <inheritdoc cref="Read"/>
    /// <exception cref="SlipwayException">NotFound: none has.</exception>
    public Postmortem ReadLast(int lines, CancellationToken cancel)
    {
        IEnumerable<ContainerRecord> removed = _trash.List().Where(i => i.Kind is TrashedKind.Container).Select(i => _context.Trash.FindContainer(i.Id)).OfType<ContainerRecord>();
        ContainerRecord last = _containers.List().Concat(removed).Where(c => !c.IsRunning && (c.ExitCode != 0 || c.Error is not null)).MaxBy(EndOf)
            ?? throw new SlipwayException(ErrorKind.NotFound, "no container has failed, of those that are there or in the trash");
        return Of(last, lines, cancel);
    }

    // A start that failed has no time of its own.
    private static DateTimeOffset EndOf(ContainerRecord container) => container.FinishedAt ?? container.Created;

    private Postmortem Of(ContainerRecord container, int lines, CancellationToken cancel)
    {
        bool isInTrash = _context.Containers.FindById(container.Id) is null;
        ExitRecord? ending = isInTrash ? _context.Trash.EndingOf(container.Id) : _context.Containers.EndingOf(container.Id);
        ImageRecord image = _context.Store.Images.Get(container.ImageId.ToString());
        return new()
        {
            Container = container,
            IsInTrash = isInTrash,
            Command = ShellQuote.Words(SecretMask.Arguments(ContainerCommand.Of(container.Request, image))),
            Cause = new EndingWords(container, ending, ending is null ? [] : SignalsSent(container.Id, ending)).Cause(),
            Ending = ending,
            LastOutput = container.Request.Log.Keeps ? [.. LogReader.Read(_context.Paths.Log(container.Id), new LogQuery { Tail = lines }, cancel)] : [],
            Changes = LayerChanges.List(_context.Paths.Upper(container.Id), _context.LowersOf(image), cancel),
        };
    }

    // The events keep them, for as long as they are kept. A stop that kills says so.
    private IReadOnlyList<int> SignalsSent(string id, ExitRecord ending)
    {
        List<int> sent = [];
        foreach (EventRecord happened in _context.Events.Table.From(ending.StartedAt))
        {
            if (happened.Actor == id && happened.Action == "kill" && happened.Time <= ending.FinishedAt
                && int.TryParse(happened.Attributes.GetValueOrDefault("signal"), NumberStyles.None, CultureInfo.InvariantCulture, out int signal))
            {
                sent.Add(signal);
            }
        }
        return sent;
    }
}
