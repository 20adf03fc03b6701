using System.CommandLine;
using System.Text.Json.Nodes;
using Slipway.Cli.CommandLine;
using Slipway.Engine;
using Slipway.Engine.Doctoring;

namespace Slipway.Cli.Commands;

internal sealed class DoctorCommand : SlipCommand
{
    private readonly Option<bool> _json = new("--json") { Description = "Print the findings as JSON" };
    private readonly Option<bool> _watch = new("--watch") { Description = "Look again every two seconds for data that gathers in writable layers, until Ctrl-C or until the containers end" };
    private readonly Argument<string[]> _names = new("CONTAINER") { Arity = ArgumentArity.ZeroOrMore };

    public DoctorCommand()
        : base("doctor",
            """
            Looks for what loses data or lets strangers in: databases in a container's writable layer, which rm takes;
            empty directories mounted over an image's files; anonymous volumes; logs without a limit; databases that
            the world can reach. Each finding is one line, with the command that mends it. Exit code 1: there are warnings.
            """)
    {
        Options.Add(_json);
        Options.Add(_watch);
        Arguments.Add(_names);
    }

    public override int Run(ParseResult line, GlobalOptions global)
    {
        using SlipwayEngine engine = global.OpenEngine();
        string[] names = line.GetValue(_names)!;
        if (line.GetValue(_watch))
            return Watch(engine, names, line.GetValue(_json));
        IReadOnlyList<Diagnosis> all = names.Length > 0 ? [.. names.Select(n => engine.Doctor.Examine(n, Interrupt.Token))] : engine.Doctor.ExamineAll(Interrupt.Token);
        if (line.GetValue(_json))
            Console.Out.WriteLine(new JsonArray([.. all.Select(d => (JsonNode)Json(d))]).ToJsonString(InspectJson.Indented));
        else
            PrintAll(all);
        return all.Any(d => d.Findings.Any(f => f.Level is FindingLevel.Warning)) ? 1 : 0;
    }

    private static int Watch(SlipwayEngine engine, string[] names, bool json)
    {
        bool found = false;
        foreach (Diagnosis diagnosis in engine.Doctor.Watch(names, Interrupt.Token))
        {
            found = true;
            if (json)
                Console.Out.WriteLine(Json(diagnosis).ToJsonString(InspectJson.Compact));
            else
                Print(diagnosis);
            Console.Out.Flush();
        }
        return found ? 1 : 0;
    }

    private static void Print(Diagnosis diagnosis)
    {
        foreach (DoctorFinding finding in diagnosis.Findings)
            Console.Out.WriteLine($"{diagnosis.Name}: {(finding.Level is FindingLevel.Note ? "note: " : "")}{finding.What}\n  {finding.Fix}");
    }

    private static void PrintAll(IReadOnlyList<Diagnosis> all)
    {
        foreach (Diagnosis diagnosis in all)
            Print(diagnosis);
        if (all.All(d => d.Findings.Count == 0))
            Console.Out.WriteLine("nothing is wrong");
    }

    private static JsonObject Json(Diagnosis diagnosis) => new()
    {
        ["container"] = diagnosis.Name,
        ["findings"] = new JsonArray([.. diagnosis.Findings.Select(f => (JsonNode)new JsonObject
        {
            ["rule"] = f.Rule, ["level"] = f.Level is FindingLevel.Warning ? "warning" : "note", ["what"] = f.What, ["fix"] = f.Fix,
        })]),
    };
}
