using Slipway.Oci;
using Slipway.Oci.Runtime;
using Slipway.Runtime.Specs;

namespace Slipway.Monitor.Commands;

internal static class SpecCommand
{
    public static Command Command { get; } = new("spec", "", "write a config.json to start from",
    [
        new("bundle", "DIRECTORY", "where; the working directory unless given", 'b'),
        new("rootless", null, "with a user namespace, in which the caller is root"),
    ], Run) { Count = (0, 0) };

    private static int Run(Arguments arguments, Session session)
    {
        string path = Path.Combine(arguments.Value("bundle") ?? ".", "config.json");
        if (File.Exists(path))
            throw new SlipwayException(ErrorKind.AlreadyExists, $"file {path} exists, remove it first");
        File.WriteAllText(path, JsonText.Indent(RuntimeSpecJson.Write(arguments.Has("rootless") ? BundleSpec.RootlessExample() : BundleSpec.Example())) + "\n");
        return 0;
    }
}
