using System.Text.Json.Nodes;
using Slipway.Engine.Containers.Recreating;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Doctoring;
using Slipway.Engine.Protecting;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Runtime.Health;
using Slipway.Runtime.Logs;
using Slipway.Store.Images;

namespace Slipway.Engine.Containers;

public sealed partial class ContainerManager
{
    // Without a health check: what has not ended by then has begun its work.
    private static readonly TimeSpan s_settles = TimeSpan.FromSeconds(1);
    private const int PollMilliseconds = 50, ShownLines = 5;

    /// <summary>What <see cref="Recreate"/> would do. Changes nothing.</summary>
    /// <param name="nameOrId">Which.</param>
    /// <param name="change">What is to be different.</param>
    /// <param name="image">Another image; null: the one that its name points at now.</param>
    /// <param name="cancel">Stops the look at its writable layer.</param>
    /// <exception cref="SlipwayException">NotFound; Conflict: it removes itself when it stops, or is protected.</exception>
    public Recreation Foresee(string nameOrId, RequestChange change, string? image, CancellationToken cancel)
    {
        ContainerRecord old = Get(nameOrId);
        if (old.Request.AutoRemove)
            throw new SlipwayException(ErrorKind.Conflict, $"recreate {old.Name}: it removes itself when it stops (--rm)") { Hint = "stop it and run it again" };
        ProtectionManager.Check(_context.Protections, ProtectedKind.Container, old.Id, old.Name);
        ImageRecord wanted = image is not null ? _context.Store.Images.Get(image)
            : _context.Store.Images.Find(old.Request.Image) ?? _context.Store.Images.Get(old.ImageId.ToString());
        ContainerRequest request = change.Apply(old.Request) with { Name = old.Name, Image = image ?? (_context.Store.Images.Find(old.Request.Image) is null ? old.ImageId.ToString() : old.Request.Image) };
        return new(
            old, request, old.ImageId.ToString(), wanted.Id.ToString(), Changes(old.Request with { Name = old.Name }, request),
            [.. request.Mounts.Where(m => m.Kind is MountKind.Volume && old.Request.Mounts.Any(o => o.Target == m.Target && o.Source == m.Source)).Select(m => m.Source)],
            LayerSurvey.Of(_context.Paths.Upper(old.Id), _context.LowersOf(_context.Store.Images.Get(old.ImageId.ToString())), cancel));
    }

    /// <summary>
    /// Makes a container again: what was chosen stays, what came from the image comes from the new one, volumes are carried over. The flow:
    /// (1) the new one is made beside the old; (2) the old one stops, the new one starts in its place; (3) when that is healthy it gets the name,
    /// (4) and the old one goes to the trash. Where the new one fails it goes, and the old one runs on; so it is after a kill at any moment, too.
    /// </summary>
    /// <param name="plan">What <see cref="Foresee"/> has said.</param>
    /// <param name="patience">How long a new one may take to become healthy.</param>
    /// <param name="cancel">Ends it before the swap: the old one runs on.</param>
    /// <returns>The new one.</returns>
    /// <exception cref="SlipwayException">What kept the new one from running, with its last words.</exception>
    public ContainerRecord Recreate(Recreation plan, TimeSpan patience, CancellationToken cancel)
    {
        using FileLock turn = FileLock.TryAcquire(_context.Paths.Recreation(plan.Old.Id))
            ?? throw new SlipwayException(ErrorKind.Conflict, $"recreate {plan.Old.Name}: it is being made again already");
        try
        {
            return MakeAgain(Get(plan.Old.Id), plan.Request, patience, cancel);
        }
        finally
        {
            File.Delete(_context.Paths.Recreation(plan.Old.Id));
        }
    }

    private ContainerRecord MakeAgain(ContainerRecord old, ContainerRequest request, TimeSpan patience, CancellationToken cancel)
    {
        var row = new RecreationRow(old.Id, $"{old.Name}-new-{Linux.RandomBytes.Hex256()[..4]}", old.Name, old.IsActive, IsSwapped: false);
        // Said first: what is made under that name is then known, whatever happens.
        _context.Recreations.Insert(row);
        try
        {
            Create(request with { Name = row.New });
            if (row.WasRunning)
                Replace(row, patience, cancel);
            Swap(row);
        }
        catch
        {
            RollBack(row);
            throw;
        }
        RollForward(row);
        return Get(row.Name);
    }

    /// <summary>Ends what killed ones have left: the new container where it has the name, else the old one.</summary>
    internal void SettleRecreations()
    {
        foreach (RecreationRow row in _context.Recreations.List())
        {
            using FileLock? turn = FileLock.TryAcquire(_context.Paths.Recreation(row.Old));
            if (turn is null)
                continue;
            if (row.IsSwapped)
                RollForward(row);
            else
                RollBack(row);
            File.Delete(_context.Paths.Recreation(row.Old));
        }
    }

    private void Replace(RecreationRow row, TimeSpan patience, CancellationToken cancel)
    {
        Stop(row.Old);
        // What it had been given, fixed addresses for one, is wanted again.
        _context.Networks.DeleteEndpoints(row.Old);
        Start(row.New).Dispose();
        WaitUntilItWorks(row.New, patience, cancel);
    }

    private void WaitUntilItWorks(string id, TimeSpan patience, CancellationToken cancel)
    {
        long start = Environment.TickCount64;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            ContainerRecord now = Get(id);
            TimeSpan taken = TimeSpan.FromMilliseconds(Environment.TickCount64 - start);
            if (!now.IsRunning)
                throw Failed(now, $"it ended with exit code {now.ExitCode}");
            if (now.Health is null ? taken >= s_settles : now.Health.Status is HealthState.Healthy)
                return;
            if (now.Health?.Status is HealthState.Unhealthy)
                throw Failed(now, "it is unhealthy");
            if (taken > patience)
                throw Failed(now, $"it was not healthy after {patience.TotalSeconds:0} seconds");
            cancel.WaitHandle.WaitOne(PollMilliseconds);
        }
    }

    private SlipwayException Failed(ContainerRecord made, string why)
    {
        IEnumerable<string> last = LogReader.Read(_context.Paths.Log(made.Id), new LogQuery { Tail = ShownLines }).Select(l => "\n  | " + Linux.Printable.Escape(System.Text.Encoding.UTF8.GetString(l.Text.Span).TrimEnd('\n')));
        return new(ErrorKind.Conflict, $"recreate: the new container did not take over: {why}{string.Concat(last)}") { Hint = "the old one is as it was" };
    }

    private void Swap(RecreationRow row)
    {
        ContainerRecord made = Get(row.New);
        _context.Store.Database.InTransaction(() =>
        {
            Table.SetName(row.Old, $"{row.Name}-old-{row.Old[..4]}");
            Table.SetName(made.Id, row.Name);
            Rejoin(row.Old, made.Id);
            _context.Recreations.SetSwapped(row.Old);
            _context.Events.Container(made with { Name = row.Name }, "rename", null, ("oldName", "/" + made.Name));
        });
        EnterNewName(made, row.Name);
    }

    // Who joins the old one's namespaces by its id, as docker's clients have it, joins the new one's from the next start on; by name that is so anyway.
    private void Rejoin(string old, string made)
    {
        string before = SharedMode.Of(old), after = SharedMode.Of(made);
        foreach (ContainerRecord other in Table.List())
        {
            ContainerRequest request = other.Request;
            if (request.Network != before && request.Security.PidMode != before && request.Security.IpcMode != before)
                continue;
            string? Moved(string? mode) => mode == before ? after : mode;
            Table.SetRequest(other.Id, request with
            {
                Network = Moved(request.Network)!,
                Security = request.Security with { PidMode = Moved(request.Security.PidMode), IpcMode = Moved(request.Security.IpcMode) },
            });
        }
    }

    private void RollForward(RecreationRow row)
    {
        if (Find(row.Old) is not null)
            Remove(row.Old, force: true);
        _context.Trash.SetName(row.Old, row.Name);
        _context.Recreations.Delete(row.Old);
    }

    private void RollBack(RecreationRow row)
    {
        if (Find(row.New) is not null)
            Remove(row.New, force: true, volumes: true, purge: true);
        if (row.WasRunning && Find(row.Old) is { IsActive: false })
            Start(row.Old).Dispose();
        _context.Recreations.Delete(row.Old);
    }

    private static List<string> Changes(ContainerRequest old, ContainerRequest wanted)
    {
        Dictionary<string, string> before = Flat(old), after = Flat(wanted);
        return
        [
            .. before.Keys.Union(after.Keys).Order(StringComparer.Ordinal).Where(k => before.GetValueOrDefault(k) != after.GetValueOrDefault(k))
                .Select(k => $"{k}: {before.GetValueOrDefault(k, "-")} -> {after.GetValueOrDefault(k, "-")}"),
        ];
    }

    private static Dictionary<string, string> Flat(ContainerRequest request)
    {
        var all = new Dictionary<string, string>();
        foreach ((string key, JsonNode? value) in JsonNode.Parse(ContainerRequestJson.Write(request))!.AsObject())
            all[key] = value?.ToJsonString() ?? "null";
        return all;
    }
}
