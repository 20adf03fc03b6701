using System.Globalization;
using Slipway.Oci;
using Slipway.Oci.Json;
using Slipway.Runtime.Lifecycle;

namespace Slipway.Monitor.Commands;

internal static class ListCommand
{
    public static Command Command { get; } = new("list", "", "list the containers",
    [
        new("format", "table|json", "how", 'f'),
        new("quiet", null, "ids only", 'q'),
    ], Run) { Count = (0, 0) };

    private static int Run(Arguments arguments, Session session)
    {
        List<RuntimeContainer> containers = Open(session);
        if (arguments.Has("quiet"))
            Output.Write(1, string.Concat(containers.Select(container => container.Id + "\n")));
        else if (arguments.Value("format") is null or "table")
            Output.Write(1, TextTable.Of(["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"], containers.Select(Row)));
        else if (arguments.Value("format") == "json")
            Output.Write(1, [.. JsonWriter.Document(containers, static (json, container) => StateCommand.Write(json, container)), (byte)'\n']);
        else
            throw Arguments.Wrong("format", arguments.Value("format")!, "table or json");
        return 0;
    }

    // Without those that are being made, or are gone by now.
    private static List<RuntimeContainer> Open(Session session)
    {
        var containers = new List<RuntimeContainer>();
        foreach (string id in session.Root.Ids())
        {
            try
            {
                containers.Add(RuntimeContainer.Look(session.Root, id));
            }
            catch (SlipwayException e) when (e.Kind is ErrorKind.NotFound or ErrorKind.Corrupt)
            {
            }
        }
        return containers;
    }

    private static string[] Row(RuntimeContainer container)
    {
        ContainerStatus status = container.Status();
        string created = container.Record.Created.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);
        return [container.Id, status == ContainerStatus.Stopped ? "0" : container.Record.Pid.ToString(), status.Word(), container.Record.Bundle, created, "root"];
    }
}
