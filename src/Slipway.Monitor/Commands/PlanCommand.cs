using Slipway.Runtime.Lifecycle;

namespace Slipway.Monitor.Commands;

internal static class PlanCommand
{
    public static Command Command { get; } = new("plan", "[BUNDLE]", "print the kernel operations that a run of a bundle takes, with the setting behind each; starts nothing",
    [
        new("id", "ID", "the container's id: plan unless given"),
        CreateCommand.PreserveFds,
        CreateCommand.NoPivot,
        CreateCommand.NoNewKeyring,
    ], static (arguments, session) =>
    {
        CreateRequest request = CreateCommand.RequestOf(arguments, session) with
        {
            Id = arguments.Value("id") ?? "plan",
            Bundle = Path.GetFullPath(arguments.Operands.Count > 0 ? arguments.Operands[0] : "."),
        };
        Output.Write(1, session.Creation.Explain(request).Render());
        return 0;
    }) { Count = (0, 1) };
}
