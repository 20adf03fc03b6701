using Slipway.Build.Dockerfile;
using Slipway.Linux;
using Slipway.Oci;

namespace Slipway.Cli.Output;

/// <summary>The one place where an error becomes words on standard error and an exit code.</summary>
internal static class ErrorReport
{
    /// <summary>Where the store of this command is, for what to do about a full disk.</summary>
    public static string Store { get; set; } = "";

    /// <summary>Prints the error; returns 1, or the kind's own exit code.</summary>
    public static int Print(Exception error)
    {
        PrintLine(error);
        return ExitCodeOf(error, otherwise: 1);
    }

    /// <summary>As <see cref="Print"/> for commands that start a container: 125 when the engine failed, 126 and 127 for the command.</summary>
    public static int PrintForRun(Exception error)
    {
        PrintLine(error);
        return ExitCodeOf(error, CommandLine.Dispatcher.UsageExitCode);
    }

    /// <summary>Prints the error and what to do next.</summary>
    public static void PrintLine(Exception error)
    {
        Console.Error.WriteLine($"Error: {Describe(error)}");
        if (HintOf(error) is { } hint)
            Console.Error.WriteLine(hint);
    }

    private static string? HintOf(Exception error) => error switch
    {
        SlipwayException { Hint: { } hint } => hint,
        _ when IsFull(error) => $"make room, then run the command again: 'slip system df' shows what the store at '{Store}' holds, 'slip rm' and 'slip rmi' remove it",
        _ when ErrorText.FindErrno(error) is Errno.EROFS => $"the store is at '{Store}': make its file system writable, or choose another place with --data-root",
        _ => null,
    };

    // What is too much for the language is no matter of the disk; what a step ran into is its cause.
    private static bool IsFull(Exception error) => error switch
    {
        DockerfileException step => step.InnerException is { } cause && IsFull(cause),
        SlipwayException { Kind: ErrorKind.Exhausted } => true,
        _ => ErrorText.IsFull(error),
    };

    private static string Describe(Exception error) => error switch
    {
        IOException or UnauthorizedAccessException => ErrorText.Of(error),
        SlipwayException or OperationCanceledException => error.Message,
        // A fault of ours: the trace is what a report needs.
        _ => $"internal error, please report it: {error}",
    };

    private static int ExitCodeOf(Exception error, int otherwise) => error is SlipwayException slipway
        ? slipway.Kind switch
        {
            ErrorKind.CommandNotFound => 127,
            ErrorKind.CommandNotExecutable => 126,
            _ => otherwise,
        }
        : otherwise;
}
