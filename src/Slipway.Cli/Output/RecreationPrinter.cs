using System.Text;
using Slipway.Engine.Containers.Recreating;
using Slipway.Linux;

namespace Slipway.Cli.Output;

/// <summary>What making a container again keeps, changes and loses, for people.</summary>
internal static class RecreationPrinter
{
    public static void Print(Recreation plan)
    {
        var text = new StringBuilder();
        text.Append(plan.OldImage == plan.NewImage ? $"{plan.Old.Name}  from the same image, {Short(plan.OldImage)}" : $"{plan.Old.Name}  from another image: {Short(plan.OldImage)} -> {Short(plan.NewImage)}").Append('\n');
        foreach (string change in plan.Changes)
            text.Append("  changes  ").Append(Printable.Escape(change)).Append('\n');
        if (plan.Volumes.Count > 0)
            text.Append("  keeps    ").Append(plan.Volumes.Count == 1 ? "volume " : "volumes ").AppendJoin(", ", plan.Volumes.Select(v => v.Length == 64 ? v[..12] : v)).Append('\n');
        if (plan.Lost.Files > 0)
        {
            text.Append("  leaves   ").Append(Humanize.Size(plan.Lost.Bytes)).Append(" in ").Append(plan.Lost.Files).Append(plan.Lost.Files == 1 ? " file" : " files").Append(" of its writable layer, in the trash\n");
            foreach (Engine.Doctoring.DurableFile file in plan.Lost.Durable.Take(3))
                text.Append("           ").Append(Printable.Escape(file.Path)).Append("  ").Append(file.What).Append("   <- looks durable: 'slip salvage' takes it along\n");
        }
        Console.Error.Write(text);
    }

    private static string Short(string digest) => digest[7..19];
}
