using Slipway.Engine;
using Slipway.Engine.Containers;
using Slipway.Engine.Doctoring;

namespace Slipway.Cli.Output;

/// <summary>Says of a new container, once, what the doctor would say of it: a line to standard error each, with what mends it.</summary>
internal static class ForesightPrinter
{
    public static void Print(SlipwayEngine engine, ContainerRecord container)
    {
        foreach (DoctorFinding finding in engine.Doctor.Foresee(container))
            Console.Error.WriteLine($"Note: {finding.What}: {finding.Fix}");
    }
}
