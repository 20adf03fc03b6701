namespace Slipway.Oci;

/// <summary>The class of an error: what a caller can act on. Each border (command line, HTTP, CRI) maps it in one place.</summary>
public enum ErrorKind
{
    /// <summary>A fault of Slipway or of the host.</summary>
    Internal,

    /// <summary>What was asked for does not exist.</summary>
    NotFound,

    /// <summary>The name or id is taken.</summary>
    AlreadyExists,

    /// <summary>The request itself is wrong.</summary>
    InvalidArgument,

    /// <summary>The object is in the wrong state, or in use.</summary>
    Conflict,

    /// <summary>The host or its administrator does not allow it.</summary>
    Denied,

    /// <summary>Not there yet, and says so.</summary>
    NotSupported,

    /// <summary>The disk, a quota or another bound is full.</summary>
    Exhausted,

    /// <summary>Content is not what its name or its format says.</summary>
    Corrupt,

    /// <summary>Another machine does not answer, or not in time.</summary>
    Unavailable,

    /// <summary>The command was not found in the container (exit code 127).</summary>
    CommandNotFound,

    /// <summary>The command can't be executed in the container (exit code 126).</summary>
    CommandNotExecutable,
}

/// <summary>An error with a class for programs and a sentence for people: what was being done, to what, why; lower-case, no full stop.</summary>
public class SlipwayException : Exception
{
    /// <summary>Makes an error.</summary>
    public SlipwayException(ErrorKind kind, string message, Exception? inner = null)
        : base(message, inner) => Kind = kind;

    /// <summary>What a caller can act on.</summary>
    public ErrorKind Kind { get; }

    /// <summary>What to do next, in a line; null where there is nothing to say.</summary>
    public string? Hint { get; init; }
}
