using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Oci;
using Slipway.Runtime.Lifecycle;

namespace Slipway.Monitor.Commands;

internal static class EventsCommand
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    public static Command Command { get; } = new("events", "ID", "print a container's statistics at intervals, and when its memory ran out, as JSON",
    [
        new("interval", "DURATION", "between two statistics: 5s unless given"),
        new("stats", null, "print the statistics once"),
    ], Run);

    private static int Run(Arguments arguments, Session session)
    {
        string id = arguments.Operands[0];
        TimeSpan interval = Interval(arguments);
        using SafeFd output = FdIo.Duplicate(1);
        // False when nobody reads any more.
        bool Print(byte[] document) => FdIo.WriteAll(output, [.. document, (byte)'\n']);
        if (arguments.Has("stats"))
            Print(ContainerEvents.Statistics(session.Root, id));
        else
            ContainerEvents.Follow(session.Root, id, interval, Print);
        return 0;
    }

    private static TimeSpan Interval(Arguments arguments)
    {
        if (arguments.Value("interval") is not { } text)
            return s_interval;
        return DurationText.TryParse(text) is { } interval && interval > TimeSpan.Zero
            ? interval
            : throw Arguments.Wrong("interval", text, "a duration above 0, as 5s or 100ms");
    }
}
