using System.Globalization;
using Slipway.Bench;
using Slipway.Bench.Builds;
using Slipway.Bench.Containers;
using Slipway.Bench.Daemons;
using Slipway.Bench.Images;

// bench/run starts this with its environment: PARTS, SLIP, SLIP_RUNTIME, WORK (a scratch directory), OUT (the result file),
// ROOTFS (a busybox tree), DOCKER_HOST where a dockerd was started, and the store in SLIPWAY_DATA and SLIPWAY_RUN; for images and
// builds also PLACES (directories of WORK); for daemons DAEMONS (NAME,SOCKET,PID each); BENCH_IMAGE and the ports of two registries; TRIXIE_ROOT, where BuildKit has a system to run in.
string slip = Variable("SLIP"), runtime = Variable("SLIP_RUNTIME"), work = Variable("WORK"), rootfs = Variable("ROOTFS");
int rounds = Number("ROUNDS", 30), imageRounds = Number("IMAGE_ROUNDS", 3);
string[] parts = Variable("PARTS").Split(',');
var report = new Report();
report.Line($"# {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} processors, {Environment.OSVersion.VersionString}, {rounds} rounds, milliseconds");

foreach (string part in parts)
{
    switch (part)
    {
        case "start":
            report.Table("start of the executables (--version)", Interleaved.Run(
                [new("slip", [slip, "--version"]), new("slip-runtime", [runtime, "--version"]), .. Peers.Versions()], rounds), "slip");
            break;
        case "run":
            report.Table("run --rm --network none true, whole command", Interleaved.Run(
                [new("slip", [slip, "run", "--rm", "--network", "none", "bench", "true"]), .. Peers.Runs(work, rootfs)], rounds), "slip");
            break;
        case "runtime":
            MeasureRuntimes(new Runtimes(runtime, work, rootfs));
            break;
        case "scale":
            Scale.Run(slip, report);
            break;
        case "containers":
            ContainerParts.Run(work, rounds, report);
            break;
        case "crowd":
            ContainerParts.RunCrowd(rounds, report);
            break;
        case "daemon":
            DaemonParts.Run([.. Variable("DAEMONS").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(d => d.Split(',')).Select(d => new Daemon(d[0], d[1], int.Parse(d[2], CultureInfo.InvariantCulture)))], rounds, report);
            break;
        case "images":
            foreach (string place in Variable("PLACES").Split(' '))
                ImageParts.Run(place, Path.Combine(work, place), imageRounds, report);
            break;
        case "build":
            foreach (string place in Variable("PLACES").Split(' '))
                BuildParts.Run(place, Path.Combine(work, place), imageRounds, report);
            break;
        case "many":
            ManyImages.Run(slip, work, rounds, report);
            break;
        default:
            throw new InvalidOperationException($"there is no part '{part}'");
    }
}
report.Save(Variable("OUT"));
Console.WriteLine($"written to {Variable("OUT")}");

void MeasureRuntimes(Runtimes runtimes)
{
    report.Table("OCI runtimes on one bundle: run true", runtimes.Run(rounds), "slip-runtime");
    report.Table("create + start + delete", runtimes.CreateStartDelete(rounds), "slip-runtime");
    report.Table("exec true", runtimes.Exec(rounds), "slip-runtime");
    report.Line("\n200 runs in a row, median ms");
    foreach ((string name, double first, double last) in runtimes.InARow())
        report.Line($"  {name,-14}first 10: {first:0.00}, last 10: {last:0.00}");
    report.Line("\npeak memory of run (VmHWM)");
    foreach ((string name, long kib) in runtimes.PeakMemory())
        report.Line($"  {name,-14}{kib / 1024.0,6:0.0} MiB");
}

static int Number(string name, int otherwise) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

static string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set: start this with bench/run");
