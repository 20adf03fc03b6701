using System.Text;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Engine.Doctoring;
using Slipway.Linux;

namespace Slipway.Cli.Output;

/// <summary>What a container's removal would cost, for people: what looks durable first.</summary>
internal static class LossPrinter
{
    private const int MostLines = 8;

    public static string Describe(ContainerRecord container, LayerSurvey survey, DateTimeOffset now)
    {
        var text = new StringBuilder();
        text.Append(container.Name).Append("  created ").Append(Humanize.Ago(container.Created, now)).Append(" from ").Append(Printable.Escape(container.Request.Image)).Append('\n');
        text.Append("  would lose  ").Append(Humanize.Size(survey.Bytes)).Append(" in ").Append(Count(survey.Files)).Append(" that are in no image and no volume\n");
        foreach (DurableFile file in survey.Durable.Take(MostLines))
            Line(text, file.Path, file.Bytes, $"{file.What}, written {Humanize.Ago(file.Written, now)}   <- looks durable");
        if (survey.Durable.Count > MostLines)
            Line(text, $"{survey.Durable.Count - MostLines} more that look durable", survey.Durable.Skip(MostLines).Sum(f => f.Bytes), "");
        if (survey.Settings.Files > 0)
            Line(text, survey.Settings.Directory, survey.Settings.Bytes, Count(survey.Settings.Files));
        foreach (LayerShare share in survey.Others.Take(MostLines))
            Line(text, share.Directory, share.Bytes, Count(share.Files));
        if (survey.Others.Count > MostLines)
            Line(text, "elsewhere", survey.Others.Skip(MostLines).Sum(o => o.Bytes), Count(survey.Others.Skip(MostLines).Sum(o => o.Files)));
        if (survey.Passing.Files > 0)
            Line(text, "caches, logs, temporary files", survey.Passing.Bytes, "");
        string[] volumes = [.. container.Request.Mounts.Where(m => m is { Kind: MountKind.Volume, Anonymous: false }).Select(m => m.Source)];
        if (volumes.Length > 0)
            text.Append("  keeps       ").Append(volumes.Length == 1 ? "volume " : "volumes ").AppendJoin(", ", volumes).Append('\n');
        return text.ToString();
    }

    private static void Line(StringBuilder text, string what, long bytes, string more) =>
        text.Append($"    {Printable.Escape(what),-32} {Humanize.Size(bytes),8}  {more}".TrimEnd()).Append('\n');

    private static string Count(long files) => files == 1 ? "1 file" : $"{files} files";
}
