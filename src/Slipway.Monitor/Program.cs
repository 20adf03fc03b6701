using System.Reflection;
using System.Text;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Runtime.Monitoring;

namespace Slipway.Monitor;

/// <summary>
/// slip-runtime. No Console, no option parser: it is started with every container, and stays with it.
/// </summary>
internal static class Program
{
    private const string Usage = """
        usage: slip-runtime monitor   serve one container (started by slip, which speaks to it on descriptor 3)
               slip-runtime exec      serve one process in a running container (the same)
               slip-runtime --version

        """;

    private const int Success = 0, WrongUsage = 2;

    private static int Main(string[] args) => args switch
    {
        ["monitor" or "exec"] => MonitorProgram.Run(),
        ["--version"] => Say(1, $"slip-runtime {Version}\n", Success),
        ["--help"] => Say(1, Usage, Success),
        _ => Say(2, Usage, WrongUsage),
    };

    private static string Version => typeof(Program).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    private static int Say(int descriptor, string text, int code)
    {
        using SafeFd to = FdIo.Duplicate(descriptor);
        FdIo.WriteAll(to, Encoding.UTF8.GetBytes(text));
        return code;
    }
}
