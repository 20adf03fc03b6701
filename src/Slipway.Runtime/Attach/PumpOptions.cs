namespace Slipway.Runtime.Attach;

/// <summary>What a client of a container's streams wants.</summary>
public sealed record PumpOptions
{
    /// <summary>Docker's.</summary>
    public const string DefaultDetachKeys = "ctrl-p,ctrl-q";

    /// <summary>Throws where they are none.</summary>
    /// <exception cref="Oci.SlipwayException">InvalidArgument.</exception>
    public static void CheckDetachKeys(string keys)
    {
        if (keys.Length > 0)
            Attach.DetachKeys.Parse(keys);
    }

    /// <summary>Copies our standard input to the process; the end of ours is passed on too.</summary>
    public bool Stdin { get; init; }

    /// <summary>The process has a terminal: ours is put into raw mode (when stdin is one) and its size is passed on.</summary>
    public bool Terminal { get; init; }

    /// <summary>Called with the rows and columns that the process's terminal is given; null: nobody wants to know.</summary>
    public Action<int, int>? Resized { get; init; }

    /// <summary>Called with the number of each signal that is to be passed on to the process (INT, TERM, HUP, QUIT, USR1, USR2); null leaves ours alone.</summary>
    public Action<int>? Signal { get; init; }

    /// <summary>Keys that detach, where <see cref="Stdin"/> and <see cref="Terminal"/> are set, as <c>ctrl-p,ctrl-q</c>; null detaches never.</summary>
    public string? DetachKeys { get; init; } = DefaultDetachKeys;

    /// <summary>The process's output is taken; what isn't is dropped.</summary>
    public bool Stdout { get; init; } = true;

    /// <summary>Its errors are taken.</summary>
    public bool Stderr { get; init; } = true;

    /// <summary>Takes the output (1 or 2, and bytes valid during the call) instead of our own descriptors 1 and 2.</summary>
    public Action<int, ReadOnlyMemory<byte>>? Output { get; init; }
}
