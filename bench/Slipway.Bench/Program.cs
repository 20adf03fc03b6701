using System.Globalization;
using System.Text;
using Slipway.Bench;

// bench/run starts this with its environment: SLIP, SLIP_RUNTIME, WORK (a scratch directory), OUT (the result file),
// ROOTFS (a busybox tree), DOCKER_HOST where a dockerd was started, and the store in SLIPWAY_DATA and SLIPWAY_RUN.
string slip = Variable("SLIP"), runtime = Variable("SLIP_RUNTIME"), work = Variable("WORK"), rootfs = Variable("ROOTFS");
int rounds = int.Parse(Environment.GetEnvironmentVariable("ROUNDS") ?? "30", CultureInfo.InvariantCulture);
var report = new StringBuilder($"# {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} processors, {Environment.OSVersion.VersionString}, {rounds} rounds, milliseconds\n");

Print("start of the executables (--version)", Interleaved.Run(
    [new("slip", [slip, "--version"]), new("slip-runtime", [runtime, "--version"]), .. Peers.Versions()], rounds), "slip");

Print("run --rm --network none true, whole command", Interleaved.Run(
    [new("slip", [slip, "run", "--rm", "--network", "none", "bench", "true"]), .. Peers.Runs(work, rootfs)], rounds), "slip");

var runtimes = new Runtimes(runtime, work, rootfs);
Print("OCI runtimes on one bundle: run true", runtimes.Run(rounds), "slip-runtime");
Print("create + start + delete", runtimes.CreateStartDelete(rounds), "slip-runtime");
Print("exec true", runtimes.Exec(rounds), "slip-runtime");
Line("\n200 runs in a row, median ms");
foreach ((string name, double first, double last) in runtimes.InARow())
    Line($"  {name,-14}first 10: {first:0.00}, last 10: {last:0.00}");
Line("\npeak memory of run (VmHWM)");
foreach ((string name, long kib) in runtimes.PeakMemory())
    Line($"  {name,-14}{kib / 1024.0,6:0.0} MiB");

if (Environment.GetEnvironmentVariable("SCALE") != "0")
    Scale.Run(slip, report);

File.WriteAllText(Variable("OUT"), report.ToString());
Console.WriteLine($"written to {Variable("OUT")}");

void Print(string title, List<Measurement> rows, string own)
{
    Measurement? ours = rows.FirstOrDefault(r => r.Name == own);
    Line($"\n{title}\n  {"",-14}{"median",9}{"min",9}{"max",9}   {own} takes");
    foreach (Measurement row in rows)
    {
        string ratio = ours is null || row == ours ? "" : $"   {ours.Median / row.Median:0.00} of it (it takes {row.Median / ours.Median:0.0} times as long)";
        Line($"  {row.Name,-14}{row.Median,9:0.00}{row.Min,9:0.00}{row.Max,9:0.00}{ratio}");
    }
}

void Line(string text)
{
    Console.WriteLine(text);
    report.AppendLine(text);
}

static string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set: start this with bench/run");
