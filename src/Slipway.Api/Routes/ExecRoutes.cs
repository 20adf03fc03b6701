using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Slipway.Api.Contracts;
using Slipway.Api.Contracts.Requests;
using Slipway.Api.Routing;
using Slipway.Api.Server;
using Slipway.Api.Streams;
using Slipway.Api.Wire;
using Slipway.Engine.Containers;
using Slipway.Linux;
using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Attach;
using Slipway.Runtime.Launching;

namespace Slipway.Api.Routes;

/// <summary>Commands in running containers: made, started on a connection that is taken over or left alone, asked for.</summary>
internal static class ExecRoutes
{
    public static void Add(RouteTable routes)
    {
        routes.Post("containers/*/exec", CreateAsync);
        routes.Post("exec/*/start", StartAsync);
        routes.Post("exec/*/resize", ResizeAsync);
        routes.Get("exec/*/json", InspectAsync);
    }

    // With its container it is gone too.
    private static Task InspectAsync(ApiRequest request)
    {
        ExecEntry entry = request.Services.Execs.Get(request.Value());
        return request.Engine.Containers.Find(entry.Container) is null ? throw new SlipwayException(ErrorKind.NotFound, $"No such exec instance: {entry.Id}") : request.JsonAsync(ExecJson.Of(entry));
    }

    private static async Task CreateAsync(ApiRequest request)
    {
        JsonInput body = await request.BodyAsync().ConfigureAwait(false);
        if (body.Texts("Cmd") is not { Count: > 0 } command)
            throw ApiException.BadRequest("No exec command specified");
        bool terminal = body.Flag("Tty");
        var wanted = new ExecRequest
        {
            Command = command,
            Environment = ContainerCreateReader.Environment(body),
            User = body.Text("User"),
            WorkingDirectory = body.Text("WorkingDir"),
            Interactive = body.Flag("AttachStdin"),
            Terminal = terminal,
            Privileged = body.Flag("Privileged"),
            DetachKeys = Hijack.DetachKeys(body.Text("DetachKeys"), terminal),
            Stdout = body.Flag("AttachStdout"),
            Stderr = body.Flag("AttachStderr"),
            ConsoleSize = OldClient.HasConsoleSize(request.Version) ? TerminalSize.Console(body) : null,
        };
        ContainerRecord record = request.Engine.Containers.Get(request.Value());
        string id = request.Engine.Containers.CreateExec(request.Value(), wanted);
        request.Services.Execs.Add(new ExecEntry(id, record.Id, record.StartedAt, wanted));
        await request.JsonAsync(new JsonObject { ["Id"] = id }, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private static async Task StartAsync(ApiRequest request)
    {
        JsonInput body = await request.BodyAsync(required: false).ConfigureAwait(false);
        ExecEntry entry = request.Services.Execs.Get(request.Value());
        if (request.Engine.Containers.Find(entry.Container) is not { IsRunning: true } now || now.StartedAt != entry.Life)
            throw new SlipwayException(ErrorKind.NotFound, $"No such exec instance: {entry.Id}");
        if (now.IsPaused)
            throw new SlipwayException(ErrorKind.Conflict, $"Container {now.Id} is paused, unpause the container before exec");
        if (!entry.TryBegin())
            throw new SlipwayException(ErrorKind.Conflict, $"Error: Exec command {entry.Id} {(entry.HasEnded ? "has already run" : "is already running")}");
        bool detach = body.Flag("Detach");
        // As docker: frames unless the start itself speaks of a terminal, whatever the command has.
        bool raw = body.Flag("Tty");
        AttachChannel channel;
        try
        {
            channel = Start(request, entry, (raw && OldClient.HasConsoleSize(request.Version) ? TerminalSize.Console(body) : null) ?? entry.Request.ConsoleSize);
        }
        catch (Exception e)
        {
            entry.ExitCode = CannotStart;
            entry.HasEnded = true;
            if (detach || e is not (LinuxException or SlipwayException { Kind: not (ErrorKind.NotFound or ErrorKind.Conflict) }))
                throw;
            await SayFailedAsync(request, e, raw).ConfigureAwait(false);
            return;
        }
        if (detach)
        {
            // Its output is nobody's, its code is asked for later.
            _ = DrainAsync(request, entry, channel);
            await request.EmptyAsync(StatusCodes.Status200OK).ConfigureAwait(false);
            return;
        }
        try
        {
            HijackedStream client = await Hijack.BeginAsync(request, raw).ConfigureAwait(false);
            var wish = new StreamWish(entry.Request.Interactive, entry.Request.Stdout, entry.Request.Stderr, raw);
            if (await StreamPair.RunAsync(client, channel, wish, () => End(request, entry, channel)).ConfigureAwait(false) is null)
            {
                _ = DrainAsync(request, entry, channel);
                channel = null!;
            }
        }
        finally
        {
            channel?.Dispose();
            request.Http.Abort();
        }
    }

    // One code for whatever it was, unlike a container's own command.
    private const int CannotStart = 126;

    // As docker: the client is connected by then, reads it as output, and asks for the code.
    private static async Task SayFailedAsync(ApiRequest request, Exception error, bool raw)
    {
        HijackedStream client = await Hijack.BeginAsync(request, raw).ConfigureAwait(false);
        byte[] text = System.Text.Encoding.UTF8.GetBytes(ApiError.MessageOf(error) + "\r\n");
        await client.TryWriteAsync(raw ? text : StreamPair.Frame(new byte[text.Length + StreamPair.HeaderSize], 2, text), CancellationToken.None).ConfigureAwait(false);
        await client.CloseWriteAsync().ConfigureAwait(false);
        request.Http.Abort();
    }

    private static AttachChannel Start(ApiRequest request, ExecEntry entry, ConsoleSize? size)
    {
        // Attached in any case: it is how we learn of its end.
        ExecSession session = request.Engine.Containers.StartExec(entry.Container, entry.Id, entry.Request with { ConsoleSize = size }, attach: true);
        var channel = new AttachChannel(session.Attach!, entry.Request is { Interactive: true, Terminal: true } ? entry.Request.DetachKeys : null);
        entry.Pid = session.Pid;
        entry.Channel = channel;
        entry.Running = true;
        return channel;
    }

    // The process goes on without its client, and must not wait for one that reads.
    private static async Task DrainAsync(ApiRequest request, ExecEntry entry, AttachChannel channel)
    {
        using (channel)
        {
            while (!(await channel.ReadAsync().ConfigureAwait(false)).Bytes.IsEmpty)
            {
            }
            End(request, entry, channel);
        }
    }

    private static void End(ApiRequest request, ExecEntry entry, AttachChannel channel)
    {
        entry.ExitCode = channel.ExitCode;
        entry.Running = false;
        entry.HasEnded = true;
        entry.Channel = null;
        if (channel.ExitCode is { } code)
            request.Engine.Containers.EndExec(entry.Container, entry.Id, code);
    }

    private static async Task ResizeAsync(ApiRequest request)
    {
        (ushort height, ushort width) = TerminalSize.Read(request);
        ExecEntry entry = request.Services.Execs.Get(request.Value());
        if (entry.Channel is not { } channel)
            throw new SlipwayException(ErrorKind.Conflict, $"exec process is not started, or has ended: {entry.Id}");
        await channel.ResizeAsync(height, width).ConfigureAwait(false);
        await request.EmptyAsync(StatusCodes.Status200OK).ConfigureAwait(false);
    }
}
