using Slipway.Runtime.Specs;

namespace Slipway.Monitor.Commands;

internal static class FeaturesCommand
{
    public static Command Command { get; } = new("features", "", "print what this runtime can do as JSON (features.md)", [], static (_, _) =>
    {
        Output.Write(1, JsonText.Indent(RuntimeFeatures.Document()) + "\n");
        return 0;
    }) { Count = (0, 0) };
}
