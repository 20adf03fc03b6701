using Slipway.Build.Progress;
using Slipway.Linux;
using Slipway.Linux.Polling;
using Slipway.Linux.Terminals;
using Slipway.Oci;
using Slipway.Store.Explaining;

namespace Slipway.Cli.Output.Builds;

/// <summary>The display of a build that <c>--progress</c> asks for, on standard error.</summary>
internal sealed class BuildDisplay : IDisposable
{
    private readonly IDisposable? _live;
    private readonly ProgressTail _tail;

    /// <param name="kind">auto, tty, plain, rawjson, quiet or none; null: auto.</param>
    /// <param name="clock">Tells how long things take.</param>
    /// <exception cref="SlipwayException">InvalidArgument: another word, or tty where there is no terminal.</exception>
    public BuildDisplay(string? kind, TimeProvider clock)
    {
        SafeFd? terminal = kind is null or "auto" or "tty" ? FindTerminal() : null;
        bool isSimple = Environment.GetEnvironmentVariable("TERM") == "dumb";
        if (terminal is not null && (kind == "tty" || !isSimple))
        {
            var live = new LiveBuildProgress(Console.Error, terminal, string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")), clock);
            _live = live;
            _tail = new(live, clock);
            return;
        }
        terminal?.Dispose();
        _tail = new(
            kind switch
            {
                null or "auto" or "plain" => new PlainProgressWriter(Console.Error, clock),
                "rawjson" => new RawJsonProgressWriter(Console.OpenStandardError(), clock),
                "quiet" or "none" => new PlainProgressWriter(TextWriter.Null, clock),
                "tty" => throw new SlipwayException(ErrorKind.InvalidArgument, "failed to get console: standard error is not a terminal") { Hint = "use --progress=plain" },
                _ => throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid progress mode {Printable.Escape(kind)}: want auto, plain, tty, rawjson or quiet"),
            },
            clock);
    }

    public IBuildProgress Progress => _tail;

    /// <summary>Whether the display has the terminal for itself.</summary>
    public bool IsLive => _live is not null;

    /// <summary>Ends the display, and shows the last lines of the step that failed.</summary>
    public void PrintFailure()
    {
        Dispose();
        _tail.Print(Console.Error);
    }

    /// <summary>Much that the image carries for nothing; null where there is nothing to say.</summary>
    public LayerWaste? Waste => _tail.Waste;

    /// <inheritdoc/>
    public void Dispose() => _live?.Dispose();

    private static SafeFd? FindTerminal()
    {
        SafeFd error = FdIo.Duplicate(2);
        if (Terminal.IsTerminal(error))
            return error;
        error.Dispose();
        return null;
    }
}
