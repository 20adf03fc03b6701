using Slipway.Runtime.Lifecycle;

namespace Slipway.Monitor.Commands;

internal static class PlanCommand
{
    public static Command Command { get; } = new("plan", "[BUNDLE]", "print the kernel operations that a start of a bundle takes, and which setting causes each", [], static (arguments, session) =>
    {
        string bundle = Path.GetFullPath(arguments.Operands.Count > 0 ? arguments.Operands[0] : ".");
        Output.Write(1, ContainerCreation.Explain(bundle, session.Log.Warn).Render());
        return 0;
    }) { Count = (0, 1) };
}
